import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCoreBank, readReconciliationFile } from '#connectors/core-bank/index.ts';
import type { CoreBank, CoreRow } from '#connectors/core-bank/index.ts';
import { startSimulator } from '#connectors/core-bank/simulator/start.ts';
import { createChange } from '#modules/change/index.ts';
import { settableClock } from '#platform/clock/index.ts';
import { Problem } from '#platform/http/index.ts';
import { withOwner } from '#platform/postgres/index.ts';
import type { BreakKind } from '../contract.ts';
import { createServicing } from '../index.ts';
import type { Servicing } from '../index.ts';
import { drawOf, entityId, firstDay, openSampleBank } from '../sample-bank.ts';
import type { SampleBank } from '../sample-bank.ts';
import { compare } from './compare.ts';

const booking = { kind: 'pay', sequence: 'S1', amountFen: 100n, account: '62280001', reversed: false } as const;
const payment = { kind: 'pay', sequence: 'S1', amountFen: 100n, account: '62280001', id: 1n, isConfirmed: true } as const;

test.each<[string, object | null, object | null, BreakKind | 'matched' | 'nothing']>([
  ['the same', {}, {}, 'matched'],
  ['booked, unknown here', {}, null, 'core_only'],
  ['booked, failed here', {}, { isConfirmed: false }, 'core_only'],
  ['confirmed, not booked', null, {}, 'own_only'],
  ['failed, not booked', null, { isConfirmed: false }, 'nothing'],
  ['another amount', { amountFen: 99n }, {}, 'amount_differs'],
  ['another account', { account: '62280002' }, {}, 'account_differs'],
  ['reversed there', { reversed: true }, {}, 'reversed_at_core'],
  ['reversed there, failed here', { reversed: true }, { isConfirmed: false }, 'matched'],
])('%s', (_name, core, own, outcome) => {
  const { matched, breaks } = compare(core ? [{ ...booking, ...core }] : [], own ? [{ ...payment, ...own }] : []);
  const seen = breaks[0]?.kind ?? (matched === 1 ? 'matched' : 'nothing');
  expect([seen, breaks.length]).toEqual([outcome, outcome === 'matched' || outcome === 'nothing' ? 0 : 1]);
});

describe('a day at the core bank, over its wire', () => {
  let bank: SampleBank;
  let core: CoreBank;
  let servicing: Servicing;
  let simulator: Awaited<ReturnType<typeof startSimulator>>;
  const folder = mkdtempSync(join(tmpdir(), 'qianmo-reconcile-'));

  beforeAll(async () => {
    bank = await openSampleBank();
    simulator = await startSimulator({ folder });
    const clock = settableClock('2036-01-01T00:00:00Z');
    core = openCoreBank({
      host: '127.0.0.1',
      port: simulator.port,
      timeoutMs: 300,
      entity: entityId,
      branch: '3207230001',
      teller: 'V00001',
      clock,
    });
    servicing = createServicing({
      db: bank.database.db,
      clock,
      change: createChange({ db: bank.database.db, clock }),
      payments: () => core,
    });
  });
  afterAll(async () => {
    await core.close();
    await simulator.stop();
    await bank.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const fileOf = async (): Promise<readonly CoreRow[]> => {
    const path = await simulator.writeDay(Temporal.PlainDate.from(firstDay), folder);
    const file = await readReconciliationFile(path);
    if (file.outcome !== 'read') throw new Error(`${file.code} ${file.detail}`);
    return file.rows;
  };

  test(
    'payments whose answers were lost are paid once and agree; what is changed is found, and a person clears it',
    { timeout: 60_000 },
    async () => {
      const draws: bigint[] = [];
      for (let index = 0; index < 6; index += 1) {
        const facilityId = await bank.facility(1_000_000n);
        const { drawdown_id } = await servicing.requestDrawdown(bank.session, facilityId, drawOf(`wire-draw-${index}`, 400_000n));
        draws.push(BigInt(drawdown_id.slice(1)));
      }
      await simulator.setFaults({ rates: { lose_answer: 0.5, lose_request: 0.3 } });
      // Each twice at once, as a request and the sweep may.
      for (const drawdownId of draws) await Promise.all([servicing.payOut(entityId, drawdownId), servicing.payOut(entityId, drawdownId)]);
      await simulator.setFaults({ rates: {} });
      for (const drawdownId of draws) expect(await servicing.payOut(entityId, drawdownId)).toBe('confirmed');
      expect(await servicing.reconcile(entityId, firstDay, await fileOf())).toEqual({
        core_date: firstDay,
        core_rows: 6,
        matched: 6,
        breaks: 0,
      });

      await withOwner(bank.database.db, (tx) =>
        tx.query('update servicing.drawdown set amount_fen = amount_fen + 1 where drawdown_id = $1', [draws[0]]),
      );
      expect(await servicing.reconcile(entityId, firstDay, await fileOf())).toMatchObject({ matched: 5, breaks: 1 });
      const [found] = (await servicing.reconciliations(bank.session)).breaks;
      expect(found).toMatchObject({ kind: 'amount_differs', core_amount_fen: '400000', own_amount_fen: '400001', state: 'open' });
      const breakId = BigInt(found?.break_id.slice(1) ?? '');
      await servicing.clearBreak(bank.session, breakId, '已查明并更正');
      const codeOf = (work: Promise<unknown>): Promise<unknown> =>
        work.catch((error: unknown) => (error instanceof Problem ? error.code : error));
      expect(await codeOf(servicing.clearBreak(bank.session, breakId, '再次处理'))).toBe('break_cleared');
      expect(await codeOf(servicing.clearBreak(bank.session, 999_999n, '没有的差异'))).toBe('break_unknown');

      await withOwner(bank.database.db, (tx) =>
        tx.query('update servicing.drawdown set amount_fen = amount_fen - 1 where drawdown_id = $1', [draws[0]]),
      );
      await servicing.reconcile(entityId, firstDay, await fileOf());
      expect((await servicing.reconciliations(bank.session)).breaks).toEqual([
        expect.objectContaining({ state: 'cleared', reason: '已查明并更正' }),
      ]);
    },
  );
});
