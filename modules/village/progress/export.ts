/** The league as a file, marked with who took it. */
import { exportHeader, markColumns, markExport } from '#modules/population/index.ts';
import type { Language } from '#platform/http/index.ts';
import { csvLine } from '#platform/files/index.ts';
import type { Session, Tx } from '#platform/postgres/index.ts';
import type { Forecast, LeagueRow, ProgressQuery } from './contract.ts';
import { readProgress } from './view.ts';

const percent = (ppm: number | null): string | null => (ppm === null ? null : (ppm / 10_000).toFixed(2));

type Column = { zh: string; en: string; value: (row: LeagueRow, language: Language) => string | number | null };
const columns: readonly Column[] = [
  { zh: '名次', en: 'Rank', value: (row) => row.rank },
  { zh: '编码', en: 'Code', value: (row) => row.code },
  { zh: '名称', en: 'Name', value: (row) => row.name },
  { zh: '村', en: 'Villages', value: (row) => row.villages },
  ...(['收集 Collected', '建档 Filed', '评议 Evaluated', '走访 Visited', '授信 Granted', '签约 Signed', '用信 Used'] as const).map(
    (words, index): Column => {
      const [zh = '', en = ''] = words.split(' ');
      return { zh: `${zh}，户`, en: `${en}, households`, value: (row) => row.households[index] ?? null };
    },
  ),
  { zh: '建档率,%', en: 'Filed, %', value: (row) => percent(row.filed_ppm) },
  { zh: '授信覆盖率,%', en: 'Granted, %', value: (row) => percent(row.granted_ppm) },
  { zh: '用信率,%', en: 'Used, %', value: (row) => percent(row.used_ppm) },
  { zh: '近 7 天，百分点', en: 'Last 7 days, points', value: (row) => percent(row.week_change_ppm) },
  { zh: '授信达标日', en: 'Granted target reached', value: (row, language) => forecastText(row.forecast, language) },
];

function forecastText(forecast: Forecast, language: Language): string | null {
  const words = {
    reached: { zh: '已达', en: 'reached' },
    standing: { zh: '近几周没有进展', en: 'no progress in the last weeks' },
    too_early: { zh: '不足两周，尚不能预测', en: 'less than two weeks to go by' },
  };
  if (forecast.kind === 'day') return forecast.on;
  if (forecast.kind === 'beyond') return language === 'zh' ? `${forecast.year} 年以后` : `${forecast.year} or later`;
  if (forecast.kind === 'nothing') return null;
  if (forecast.kind === 'reached') return forecast.on ? `${forecast.on} ${words.reached[language]}` : words.reached[language];
  return words[forecast.kind][language];
}

export interface Exporting {
  readonly requestId: string;
  readonly at: Temporal.Instant;
  readonly today: string;
  readonly language: Language;
}

/** Refuses: project_unknown, place_unknown. */
export async function exportProgress(
  tx: Tx,
  session: Session,
  projectId: bigint,
  query: ProgressQuery,
  { requestId, at, today, language }: Exporting,
): Promise<string> {
  const { league } = await readProgress(tx, session, projectId, query, today);
  const mark = await markExport(tx, session, { requestId, at, grid: query.grid });
  const lines = league.map((row) => csvLine([...columns.map(({ value }) => value(row, language)), ...mark]));
  // Spreadsheets take UTF-8 for granted only after this mark.
  return `\uFEFF${csvLine([...columns, ...markColumns].map((column) => column[language]))}${lines.join('')}`;
}

export const progressFile = (requestId: string): string => exportHeader('progress', requestId);
