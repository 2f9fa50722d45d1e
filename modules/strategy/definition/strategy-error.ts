/** A strategy that cannot be taken as it is: names file, line and reason, Chinese first. */
export class StrategyError extends Error {
  readonly file: string;
  readonly line: number | null;
  readonly zh: string;
  readonly en: string;

  constructor(place: { file: string; line: number | null }, zh: string, en: string, options?: { cause: unknown }) {
    super(`${place.file}${place.line === null ? '' : `:${place.line}`} ${zh} / ${en}`, options);
    this.name = 'StrategyError';
    this.file = place.file;
    this.line = place.line;
    this.zh = zh;
    this.en = en;
  }
}
