import { existsSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

const wordings = {
  folder_missing: { zh: '文件夹不存在', en: 'there is no such folder' },
  folder_empty: { zh: '文件夹中没有可装载的文件', en: 'the folder holds no file to load' },
  no_entity: { zh: '尚未登记法人机构，请先完成初始化', en: 'no legal entity is registered; found the bank first' },
  unknown_entity: { zh: '未登记的法人机构', en: 'no such legal entity is registered' },
  load_running: { zh: '已有装载正在进行，请等它结束', en: 'a load is running; wait until it has ended' },
  lake_incomplete: {
    zh: '数据湖缺少已发布的文件，请从备份恢复',
    en: 'a published file is missing from the lake; restore it from the backup',
  },
  disk_full: {
    zh: '磁盘已满，已发布的数据完好；请腾出空间后重新装载',
    en: 'the disk is full; what was published is intact: make room and load again',
  },
  nothing_corrected: { zh: '没有已更正待重装的行', en: 'no corrected row waits to be reloaded' },
  contract_changed: {
    zh: '更正后的行与现行约定不符，请重新更正',
    en: 'corrected rows no longer fit the contract in force; correct them again',
  },
  fault: { zh: '装载中断，已发布的数据完好', en: 'the load stopped; what was published is intact' },
} as const;
export type LoadFaultCode = keyof typeof wordings;

/** Stopped by the machine, not by what was asked for or delivered: the same load may succeed at another time. */
const machineFaults: ReadonlySet<LoadFaultCode> = new Set(['disk_full', 'fault', 'load_running']);

/** Why a load could not be done at all. Files that cannot be used are refused one by one and are no fault of the load. */
export class LoadFault extends Error {
  readonly code: LoadFaultCode;
  readonly zh: string;
  readonly en: string;

  constructor(code: LoadFaultCode, detail: string, options?: ErrorOptions) {
    const { zh, en } = wordings[code];
    const tail = detail === '' ? '' : `: ${detail}`;
    super(`${zh} / ${en}${tail}`, options);
    this.name = 'LoadFault';
    this.code = code;
    this.zh = `${zh}${tail}`;
    this.en = `${en}${tail}`;
  }

  get isOfMachine(): boolean {
    return machineFaults.has(this.code);
  }

  /** `dataFolder`: where to look for room when the database went away without saying why. */
  static from(error: unknown, dataFolder: string): LoadFault {
    if (error instanceof LoadFault) return error;
    const text = error instanceof Error ? error.message : String(error);
    const isFull = isDiskFull(error) || (isDatabaseGone(error) && !hasRoom(dataFolder));
    return new LoadFault(isFull ? 'disk_full' : 'fault', text.split('\n', 1)[0] ?? '', { cause: error });
  }
}

/** Node says ENOSPC, PostgreSQL 53100, DuckDB only in words. */
function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && (error.code === 'ENOSPC' || error.code === '53100')) return true;
  return /no space left on device|out of disk space/i.test(error.message);
}

/** PostgreSQL stops when its log finds no room; whoever was connected learns only that the connection ended. */
function isDatabaseGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    ['57P01', '57P02', '57P03', 'ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(code) || /terminated|not queryable/i.test(error.message)
  );
}

/** One file of PostgreSQL's log is 16 MiB, and is made whole before it is used. */
const leastRoom = 16 << 20;

function hasRoom(dataFolder: string): boolean {
  const folders = [dataFolder, join(dataFolder, 'postgres')].filter((folder) => existsSync(folder));
  return folders.every((folder) => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= leastRoom;
  });
}
