import { z } from 'zod';
import { bankTimeZone } from '#platform/clock/index.ts';
import { callers, defineSimulator, Draw, httpFaults, jsonPeer, openTraits, strikes } from '#platform/simulator/index.ts';
import { path, wireQuestion, wireRecords } from '../wire.ts';
import type { WireQuestion, WireRecords } from '../wire.ts';

/** Puts what the court knows about a person in place of what chance would have it know. */
const records = z.custom<Partial<WireRecords>>((value) => wireRecords.partial().safeParse(value).success);
const command = z.strictObject({ put: z.strictObject({ id_no: z.string(), records }) });
const own = z.strictObject({ callers, truth: z.string().nullable().default(null) });

export const simulator = defineSimulator({
  name: 'court',
  faults: httpFaults,
  own,
  async open(world, { callers: known, truth }) {
    const traits = await openTraits(world.seed, truth);
    const put = new Map<string, Partial<WireRecords>>();
    const today = (): Temporal.PlainDate => world.clock.now().toZonedDateTimeISO(bankTimeZone).toPlainDate();
    return {
      server: jsonPeer<WireQuestion>(world, known, {
        path,
        question: wireQuestion,
        subjectOf: ({ question_id: id }) => ({ id }),
        answer: ({ question_id, id_no }) => ({
          answer: {
            question_id,
            id_no,
            as_of: today().subtract({ days: 1 }).toString(),
            ...(put.has(id_no) ? nothing : recordsOf(new Draw(`${world.seed}|court|${id_no}`), traits.of(id_no), today())),
            ...put.get(id_no),
          },
        }),
        otherThan: ({ question_id }) => ({ question_id: `${question_id}-0`, name: '他人', id_no: '320799199001010013' }),
      }),
      obey(asked) {
        const { id_no: idNo, records: told } = command.parse(asked).put;
        put.set(idNo, told);
      },
    };
  },
});

const nothing: WireRecords = { dishonest: [], enforcements: [], cases: [] };

/** Shares of adults and their lean on the trait are those of the synthetic county. */
function recordsOf(draw: Draw, risk: number, today: Temporal.PlainDate): WireRecords {
  const filed = today.subtract({ days: draw.int(40, 1_000) });
  const head = { court: '灌云县人民法院', filed_on: filed.toString() };
  const enforced = strikes(draw, 0.014, 0.6, risk);
  const listed = strikes(draw, enforced ? 0.5 : 0.002, 0.3, risk);
  const sued = enforced || strikes(draw, 0.024, 0.6, risk);
  const amount = `${draw.int(8_000, 300_000)}.00`;
  const number = (kind: string): string => `(${filed.year})苏0723${kind}${draw.int(100, 9_999)}号`;
  return {
    dishonest: listed
      ? [
          {
            ...head,
            case_no: number('执'),
            published_on: filed.add({ days: 30 }).toString(),
            performance: draw.pick(['none', 'partly']),
            removed_on: null,
          },
        ]
      : [],
    enforcements: enforced ? [{ ...head, case_no: number('执'), amount, status: draw.pick(['open', 'closed', 'terminated']) }] : [],
    cases: sued
      ? [{ ...head, case_no: number('民初'), cause: '民间借贷纠纷', role: 'defendant', kind: 'civil', amount, closed_on: null }]
      : [],
  };
}
