import { z } from 'zod';
import { bankTimeZone } from '#platform/clock/index.ts';
import { callers, defineSimulator, Draw, httpFaults, jsonPeer } from '#platform/simulator/index.ts';
import type { JsonAnswer } from '#platform/simulator/index.ts';
import { path, wireContent, wireQuestion } from '../wire.ts';
import type { WireContent, WireQuestion } from '../wire.ts';
import { contentOf } from './registers.ts';

const content = z.custom<WireContent>((value) => wireContent.safeParse(value).success);
/** Puts what a register knows about a person in place of what chance would have it know. */
const command = z.strictObject({ put: z.strictObject({ id_no: z.string(), content }) });

export const simulator = defineSimulator({
  name: 'government-data',
  faults: httpFaults,
  own: z.strictObject({ callers }),
  open(world, { callers: known }) {
    const put = new Map<string, WireContent>();
    /** The question that each consent answered. */
    const used = new Map<string, string>();
    const today = (): Temporal.PlainDate => world.clock.now().toZonedDateTimeISO(bankTimeZone).toPlainDate();
    const find = ({ topic, id_no: idNo }: WireQuestion): WireContent =>
      put.get(`${topic}|${idNo}`) ?? contentOf(topic, idNo, new Draw(`${world.seed}|${topic}|${idNo}`), today());

    function answer(question: WireQuestion): JsonAnswer {
      const refusal = refusalOf(question, used);
      if (refusal !== null) return { status: 403, code: refusal };
      const { question_id, consent_no, id_no } = question;
      used.set(consent_no, question_id);
      const as_of = today().subtract({ days: 1 }).toString();
      return { answer: { question_id, consent_no, id_no, as_of, receipt_no: `GR${question_id}`, content: find(question) } };
    }

    return {
      server: jsonPeer<WireQuestion>(world, known, {
        path,
        question: wireQuestion,
        subjectOf: ({ question_id: id, topic }) => ({ id, topic }),
        answer,
        otherThan: (question) => ({
          ...question,
          question_id: `${question.question_id}-0`,
          consent_no: `${question.consent_no}-0`,
          id_no: '320799199001010013',
        }),
      }),
      obey(asked) {
        const { id_no: idNo, content: told } = command.parse(asked).put;
        put.set(`${told.topic}|${idNo}`, told);
      },
    };
  },
});

/** One consent, one query: the same question again is the same query. */
function refusalOf({ question_id: id, consent_no: consent }: WireQuestion, used: ReadonlyMap<string, string>): string | null {
  if (consent.startsWith('EXPIRED')) return 'CONSENT_EXPIRED';
  if (consent.startsWith('WITHDRAWN')) return 'CONSENT_WITHDRAWN';
  return (used.get(consent) ?? id) === id ? null : 'CONSENT_USED';
}
