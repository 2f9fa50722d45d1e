import type { ContractFile, SourceContract } from './contract-schema.ts';

/** What a file's name says. `part` tells apart the files of one source, day and mode: a sequence, a township. */
export interface FileIdentity {
  contract: SourceContract;
  format: ContractFile;
  /** `YYYY-MM-DD`; null when the digits name no day. */
  date: string | null;
  mode: 'full' | 'delta';
  part: string;
}

const places: Record<string, string> = { date: '(?<date>[0-9]{8})', mode: '(?<mode>[FI])', seq: '(?<seq>[0-9]{3})' };

/** Why a name pattern is wrong, or null. Places are `{date}` `{mode}` `{seq}` `{township:9}`; everything else stands for itself. */
export function patternFault(pattern: string): string | null {
  if (/[/\\]/.test(pattern)) return '文件名不能含路径分隔符 / a file name holds no slash';
  const rest = pattern.replaceAll(/\{(?:date|mode|seq|township:[1-9][0-9]?)\}/g, '');
  if (/[{}]/.test(rest)) return '只认 {date} {mode} {seq} {township:n} / only {date} {mode} {seq} {township:n} are known';
  const names = [...pattern.matchAll(/\{([a-z]+)/g)].map((match) => match[1]);
  if (new Set(names).size < names.length) return '同一占位符出现两次 / the same place stands twice';
  return names.includes('date') ? null : '缺少 {date} / {date} is missing';
}

function expressionOf(pattern: string): RegExp {
  const source = pattern.split(/(\{[^}]*\})/).map((piece) => {
    if (!piece.startsWith('{')) return RegExp.escape(piece);
    const [name = '', width] = piece.slice(1, -1).split(':');
    return name === 'township' ? `(?<township>[0-9]{${width}})` : (places[name] ?? '');
  });
  return new RegExp(`^${source.join('')}$`, 'u');
}

/** All contracts whose pattern the name fits; exactly one is the normal case. */
export function readFileName(name: string, contracts: readonly SourceContract[]): FileIdentity[] {
  return contracts.flatMap((contract) =>
    contract.files.flatMap((format) => {
      const groups = expressionOf(format.pattern).exec(name)?.groups;
      if (!groups) return [];
      const mode = groups['mode'] ?? 'F';
      return [
        {
          contract,
          format,
          date: dayOf(groups['date'] ?? ''),
          mode: mode === 'I' ? ('delta' as const) : ('full' as const),
          part: [groups['township'], groups['seq']].filter((piece) => piece !== undefined).join('-') || '000',
        },
      ];
    }),
  );
}

/** A full file of such a source replaces the earlier file of its own township only. */
export function replacesPart(contract: SourceContract): boolean {
  return contract.files.some((format) => format.pattern.includes('{township:'));
}

function dayOf(digits: string): string | null {
  try {
    return Temporal.PlainDate.from(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`).toString();
  } catch {
    return null;
  }
}
