import type { Session, Tx } from '#platform/postgres/index.ts';
import { refuse } from '#platform/http/index.ts';
import { refusals, targets } from '../contract.ts';
import type { CountFigure, GridNode, GridSheet, MoneyFigure, RateFigure, UnknownReason } from '../contract.ts';
import { fenText } from '../persons/person-row.ts';
import { levelOf, pathTo, readPlaces } from './place.ts';
import type { Place } from './place.ts';
import { currentReading } from '../publication/reading.ts';
import type { FigureSource, Reading } from '../publication/reading.ts';

/** A row of `population.grid_figure`. */
interface FigureRow {
  grid_code: string;
  people: number;
  households: number;
  adults: number;
  deposit_fen: bigint | null;
  loan_fen: bigint | null;
  ebank_users: number | null;
  qr_merchants: number | null;
  social_security: number | null;
  approved: number | null;
  referred: number | null;
  declined: number | null;
  limit_fen: bigint | null;
  filed: number;
  covered: number | null;
  used: number | null;
}

/**
 * One node with its figures and its children's. A node above the reader's scope has a name and children but no figures: it is the way
 * down, nothing more. Everything else out of scope does not exist.
 */
export async function readGridNode(tx: Tx, session: Session, code: string): Promise<GridNode> {
  const isOnTheWay = session.scopes.some((scope) => scope.startsWith(code) || code.startsWith(scope));
  const nodes = await tx.query<Place & { parent_code: string | null }>(
    'select grid_code as code, level, name, parent_code from population.grid_node where grid_code = $1 or parent_code = $1 order by grid_code',
    [code],
  );
  const node = nodes.find((candidate) => candidate.code === code);
  const reading = await currentReading(tx);
  if (!isOnTheWay || !node || !reading) throw refuse(refusals, 'not_found');
  const figures = await readFigures(
    tx,
    nodes.map((place) => place.code),
  );
  const isInScope = (place: Place): boolean => session.scopes.some((scope) => place.code.startsWith(scope));
  // A node that came with a load is there a moment before its figures are.
  const sheet = (place: Place): GridSheet =>
    sheetOf(place, figures.get(place.code), isInScope(place) ? 'not_computed' : 'need_to_know', reading);
  const path = pathTo(code, await readPlaces(tx, [code]));
  return { ...sheet(node), path, children: nodes.filter((place) => place.code !== code).map(sheet) };
}

async function readFigures(tx: Tx, codes: readonly string[]): Promise<Map<string, FigureRow>> {
  const rows = await tx.query<FigureRow>('select * from population.grid_figure where grid_code = any($1::text[])', [codes]);
  return new Map(rows.map((row) => [row.grid_code, row]));
}

function sheetOf({ code, name }: Place, row: FigureRow | undefined, withoutRow: UnknownReason, reading: Reading): GridSheet {
  const sourceDay = (source: FigureSource) => reading.sourceDays[source] ?? null;
  const known = <Value>(value: Value | null, asOf: string | null, missing: UnknownReason) => {
    const reason = row === undefined ? withoutRow : value === null ? missing : null;
    return { value, as_of: asOf, reason };
  };
  const roll = (value: number | undefined): CountFigure => known(value ?? null, reading.asOf, 'source_missing');
  const fed = (value: number | null | undefined, source: FigureSource): CountFigure =>
    known(value ?? null, sourceDay(source), sourceDay(source) ? 'not_on_file' : 'source_missing');
  const money = (value: bigint | null | undefined, source: FigureSource): MoneyFigure =>
    known(fenText(value ?? null), sourceDay(source), sourceDay(source) ? 'not_on_file' : 'source_missing');
  const decided = (value: number | null | undefined): CountFigure => known(value ?? null, reading.decisionsAsOf, 'not_screened');
  const rate = (part: number | null | undefined, whole: number | null | undefined, target: number, asOf: string | null): RateFigure => ({
    ...rateOf(part ?? null, whole ?? null, row === undefined ? withoutRow : 'not_screened'),
    target_ppm: target,
    as_of: asOf,
  });
  return {
    code,
    level: levelOf(code),
    name,
    figures: {
      people: roll(row?.people),
      households: roll(row?.households),
      adults: roll(row?.adults),
      deposit_fen: money(row?.deposit_fen, 'deposit_account'),
      loan_fen: money(row?.loan_fen, 'loan_account'),
      ebank_users: fed(row?.ebank_users, 'ebank_user'),
      qr_merchants: fed(row?.qr_merchants, 'qr_month'),
      social_security: fed(row?.social_security, 'social_security'),
      approved: decided(row?.approved),
      referred: decided(row?.referred),
      declined: decided(row?.declined),
      limit_fen: known(fenText(row?.limit_fen ?? null), reading.decisionsAsOf, 'not_screened'),
    },
    rates: {
      filing: rate(row?.filed, row?.households, targets.filing_ppm, reading.asOf),
      cover: rate(row?.covered, row?.households, targets.cover_ppm, reading.decisionsAsOf),
      use: rate(row?.used, row?.covered, targets.use_ppm, reading.decisionsAsOf),
    },
  };
}

/** Rounded down to the millionth, so that 100 % is shown only when nobody is missing. */
export function rateOf(
  numerator: number | null,
  denominator: number | null,
  missing: UnknownReason,
): Pick<RateFigure, 'numerator' | 'denominator' | 'ppm' | 'reason'> {
  if (numerator === null || denominator === null) return { numerator, denominator, ppm: null, reason: missing };
  if (denominator === 0) return { numerator, denominator, ppm: null, reason: 'no_denominator' };
  return { numerator, denominator, ppm: Math.floor((numerator * 1_000_000) / denominator), reason: null };
}
