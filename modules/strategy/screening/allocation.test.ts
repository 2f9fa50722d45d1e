/** How a household's room is given to its approved members: by hand, by its invariants, and the same in SQL. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { householdCapFen } from '#modules/population/contract.ts';
import { openWarehouse, textLiteral } from '#platform/warehouse/index.ts';
import type { Warehouse } from '#platform/warehouse/index.ts';
import { openStrategy, templateFolder } from '../definition/library.ts';
import { withScene } from '../definition/strategy.ts';
import { allocate, allocationQuery } from './allocation.ts';
import type { ApprovedMember, HouseholdRoom } from './allocation.ts';

const yuan = (amount: number): bigint => BigInt(amount) * 100n;
const least = yuan(5000);

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({ threads: 1 });
});
afterAll(() => warehouse.close());

// [id, score, limit in yuan] → [id, share in yuan or null, shared by]
type Given = [string, number | null, number];
type Expected = [string, number | null, number | null];
test.each<[string, number | null, Given[], Expected[]]>([
  ['one member takes the limit', 300_000, [['A', 650, 80_000]], [['A', 80_000, null]]],
  [
    'room for both',
    300_000,
    [
      ['A', 650, 80_000],
      ['B', 700, 60_000],
    ],
    [
      ['B', 60_000, null],
      ['A', 80_000, null],
    ],
  ],
  [
    'the better score first',
    100_000,
    [
      ['A', 650, 80_000],
      ['B', 700, 60_000],
    ],
    [
      ['B', 60_000, null],
      ['A', 40_000, 2],
    ],
  ],
  [
    'then the larger limit',
    100_000,
    [
      ['A', 700, 60_000],
      ['B', 700, 80_000],
    ],
    [
      ['B', 80_000, null],
      ['A', 20_000, 2],
    ],
  ],
  [
    'then the id',
    50_000,
    [
      ['B', 700, 50_000],
      ['A', 700, 50_000],
    ],
    [
      ['A', 50_000, null],
      ['B', 0, 2],
    ],
  ],
  [
    'without a score last',
    50_000,
    [
      ['A', null, 50_000],
      ['B', 500, 30_000],
    ],
    [
      ['B', 30_000, null],
      ['A', 20_000, 2],
    ],
  ],
  [
    'down to whole thousands',
    90_999,
    [
      ['A', 700, 60_000],
      ['B', 650, 60_000],
    ],
    [
      ['A', 60_000, null],
      ['B', 30_000, 2],
    ],
  ],
  [
    'less than the least loan is none',
    64_999,
    [
      ['A', 700, 60_000],
      ['B', 650, 60_000],
    ],
    [
      ['A', 60_000, null],
      ['B', 0, 2],
    ],
  ],
  [
    'the least loan is one',
    65_000,
    [
      ['A', 700, 60_000],
      ['B', 650, 60_000],
    ],
    [
      ['A', 60_000, null],
      ['B', 5000, 2],
    ],
  ],
  [
    'what one cannot use is left to the next',
    8000,
    [
      ['A', 700, 4000],
      ['B', 650, 60_000],
    ],
    [
      ['A', 0, 2],
      ['B', 8000, 2],
    ],
  ],
  ['no room', 0, [['A', 700, 60_000]], [['A', 0, 1]]],
  [
    'a room that is unknown gives nothing and denies nothing',
    null,
    [
      ['A', 700, 60_000],
      ['B', 650, 9000],
    ],
    [
      ['A', null, null],
      ['B', null, null],
    ],
  ],
])('%s', async (_name, room, given, expected) => {
  const members = given.map(([personId, score, limit]) => ({ personId, score, limitFen: yuan(limit) }));
  const household = { members, roomFen: room === null ? null : yuan(room), leastFen: least };
  const shares = expected.map(([personId, share, sharedBy]) => ({ personId, allocatedFen: share === null ? null : yuan(share), sharedBy }));
  expect(allocate(members, household)).toEqual(shares);
  expect(await inSql([household])).toEqual(byId(shares));
});

interface Household extends HouseholdRoom {
  members: readonly ApprovedMember[];
}

const amounts = fc.oneof(
  fc.integer({ min: 0, max: 320 }).map((thousands) => BigInt(thousands) * 100_000n),
  fc.bigInt({ min: 0n, max: 32_000_000n }),
  fc.constantFrom(0n, least - 1n, least, least + 1n, 99_999n, 100_000n, 100_001n),
);
const households: fc.Arbitrary<Household[]> = fc
  .array(
    fc.record({
      roomFen: fc.option(amounts, { freq: 8 }),
      leastFen: fc.constantFrom(least, least, 0n, 123_456n),
      drawn: fc.array(fc.record({ score: fc.option(fc.integer({ min: 300, max: 305 }), { freq: 4 }), limitFen: amounts }), {
        minLength: 1,
        maxLength: 6,
      }),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((drawn) =>
    drawn.map(({ drawn: members, ...room }, index) => ({
      ...room,
      members: members.map((member, place) => ({ ...member, personId: `H${index}-${place}` })),
    })),
  );

test('SQL gives the same shares', async () => {
  await fc.assert(
    fc.asyncProperty(households, async (drawn) => {
      expect(await inSql(drawn)).toEqual(byId(drawn.flatMap((household) => allocate(household.members, household))));
    }),
    { numRuns: 60 },
  );
});

test('shares never exceed room or limit, are whole, and never too small to lend', () => {
  fc.assert(
    fc.property(households, (drawn) => {
      for (const { members, roomFen, leastFen } of drawn) {
        const shares = allocate(members, { roomFen, leastFen });
        const limits = new Map(members.map((member) => [member.personId, member.limitFen]));
        const given = shares.map((share) => share.allocatedFen ?? 0n);
        expect(shares.map((share) => share.personId).toSorted()).toEqual([...limits.keys()].toSorted());
        expect(given.reduce((sum, share) => sum + share, 0n) <= (roomFen ?? 0n)).toBe(true);
        for (const { personId, allocatedFen, sharedBy } of shares) {
          const limit = limits.get(personId) ?? 0n;
          expect(allocatedFen === null).toBe(roomFen === null);
          if (allocatedFen === null) continue;
          expect(allocatedFen <= limit && allocatedFen % 100_000n === 0n && (allocatedFen === 0n || allocatedFen >= leastFen)).toBe(true);
          expect(sharedBy).toBe(allocatedFen < limit ? members.length : null);
        }
      }
    }),
  );
});

test('the delivered strategy shares what population shows: cap less exposure', async () => {
  const { compiled, definition } = await openStrategy(templateFolder, 'retail');
  const { household } = definition.description;
  const room = compiled.decision(household?.room ?? '');
  const roomAt = (exposure: number | null) => room.evaluate(withScene({ HH_EXPOSURE: exposure }, '2026-11-20', 'screen'));
  expect([0, 25_000_000, 30_000_000, 31_000_000, null].map(roomAt)).toEqual([Number(householdCapFen), 5_000_000, 0, 0, null]);
  expect(compiled.decision(household?.least ?? '').evaluate(withScene({}, '2026-11-20', 'screen'))).toBe(Number(least));
});

async function inSql(drawn: readonly Household[]) {
  const rows = drawn.flatMap(({ members, roomFen, leastFen }, index) =>
    members.map(
      ({ personId, score, limitFen }) =>
        `(${textLiteral(personId)}, 'H${index}', ${score ?? 'null'}::integer, ${limitFen}::bigint, ${roomFen ?? 'null'}::bigint, ${leastFen}::bigint)`,
    ),
  );
  const approved = `(values ${rows.join(', ')}) as approved(person_id, household, score, limit_fen, room_fen, least_fen)`;
  const shares = await warehouse.session((session) =>
    session.rows<{ person_id: string; allocated_fen: bigint | null; room_shared_by: bigint | null }>(
      `select * from (${allocationQuery(approved)}) order by person_id`,
    ),
  );
  return shares.map(({ person_id, allocated_fen, room_shared_by }) => ({
    personId: person_id,
    allocatedFen: allocated_fen,
    sharedBy: room_shared_by === null ? null : Number(room_shared_by),
  }));
}

function byId<Row extends { personId: string }>(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => (a.personId < b.personId ? -1 : 1));
}
