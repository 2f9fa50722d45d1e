/** What the core bank said without its code; where it said it twice, in the reader's language. */
export function reasonIn(reason: string, language: 'zh' | 'en'): string {
  const words = reason.replace(/^[a-z_]+: /, '');
  const [zh, en] = words.split(' / ');
  return language === 'en' ? (en ?? words) : (zh ?? words);
}
