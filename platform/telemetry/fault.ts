/** One line for people, in Chinese and English, for what can go wrong with the machine rather than with us; null for everything else. */
export function explainFault(error: unknown): string | null {
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  if (code === 'ENOSPC' || code === '53100' || /No space left on device/i.test(text)) {
    return '磁盘已满，已写入的数据完好；请腾出空间后重新运行 / the disk is full; nothing already written is lost: free some space and run again';
  }
  if (code === 'EADDRINUSE') {
    return `端口 ${portOf(error)} 已被占用，请换一个，例如 PORT=8081 npm start / port ${portOf(error)} is taken; choose another, such as PORT=8081 npm start`;
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return `没有权限：${pathOf(error)} / no permission for ${pathOf(error)}: make it writable for this user, or set QIANMO_DATA to a folder that is`;
  }
  return null;
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}

function detailOf(error: unknown, key: 'port' | 'path'): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : detailOf(error.cause, key);
}

const portOf = (error: unknown): string => detailOf(error, 'port') ?? '';
const pathOf = (error: unknown): string => detailOf(error, 'path') ?? (error instanceof Error ? error.message : '');
