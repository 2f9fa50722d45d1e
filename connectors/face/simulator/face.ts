import { z } from 'zod';
import { callers, defineSimulator, Draw, httpFaults, jsonPeer } from '#platform/simulator/index.ts';
import { path, wireQuestion, wireResult } from '../wire.ts';
import type { WireQuestion, WireResult } from '../wire.ts';

/** A capture that a device would have made; answers its token. */
const command = z.strictObject({ capture: z.strictObject({ id_no: z.string(), result: wireResult.partial() }) });

interface Capture {
  /** Null for a token that names nobody. */
  idNo: string | null;
  result: WireResult;
  at: Temporal.Instant;
}

export const simulator = defineSimulator({
  name: 'face',
  faults: httpFaults,
  own: z.strictObject({ callers }),
  open(world, { callers: known }) {
    const captures = new Map<string, Capture>();
    const usual = (token: string): WireResult => {
      const draw = new Draw(`${world.seed}|face|${token}`);
      return { liveness_score: draw.int(920, 998), match_score: draw.int(880, 990), match: 'same' };
    };

    function captureOf(token: string): Capture | null {
      const spoken = /^demo-(pass|still|other|unsure|nophoto)-/.exec(token)?.[1];
      if (spoken !== undefined && !captures.has(token)) {
        captures.set(token, { idNo: null, result: { ...usual(token), ...spokenResults[spoken] }, at: world.clock.now() });
      }
      return captures.get(token) ?? null;
    }

    return {
      server: jsonPeer<WireQuestion>(world, known, {
        path,
        question: wireQuestion,
        subjectOf: ({ question_id: id }) => ({ id }),
        answer({ question_id, session_token, id_no }) {
          const capture = captureOf(session_token);
          if (capture === null) return { status: 404, code: 'UNKNOWN_TOKEN' };
          if (capture.idNo !== null && capture.idNo !== id_no) return { status: 403, code: 'TOKEN_OF_ANOTHER' };
          return { answer: { question_id, session_token, id_no, captured_at: capture.at.toString(), ...capture.result } };
        },
        otherThan: () => ({
          question_id: 'question-of-another',
          session_token: 'demo-pass-another',
          name: '他人',
          id_no: '320799199001010013',
        }),
      }),
      obey(asked) {
        const { id_no: idNo, result } = command.parse(asked).capture;
        const token = `face-${world.seed}-${captures.size + 1}`;
        captures.set(token, { idNo, result: wireResult.parse({ ...usual(token), ...result }), at: world.clock.now() });
        return { token };
      },
    };
  },
});

/** What a token of the demonstration says about itself. */
const spokenResults: Readonly<Record<string, Partial<WireResult>>> = {
  pass: {},
  still: { liveness_score: 210 },
  other: { match_score: 130, match: 'different' },
  unsure: { match_score: 640, match: 'unsure' },
  nophoto: { match_score: null, match: 'no_reference' },
};
