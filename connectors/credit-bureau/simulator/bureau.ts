import { z } from 'zod';
import { bankTimeZone } from '#platform/clock/index.ts';
import { defineSimulator, httpFaults, httpPeer, openTraits } from '#platform/simulator/index.ts';
import type { HttpAnswer } from '#platform/simulator/index.ts';
import { WireError } from '#platform/wire/index.ts';
import { doneCode, path, readRequest, writeReply } from '../message.ts';
import type { BureauRequest } from '../message.ts';
import type { Query } from '../report.ts';
import { makeReport, query } from './make-report.ts';
import { writeReport } from './write-report.ts';

const own = z.strictObject({
  /** Operators who may query, with their passwords. */
  operators: z.record(z.string(), z.string()).default({ QM01: 'password-of-the-simulation' }),
  truth: z.string().nullable().default(null),
});
/** How many queries of ours a person has. */
const command = z.strictObject({ queries_of: z.string() });

export const simulator = defineSimulator({
  name: 'credit-bureau',
  faults: httpFaults,
  own,
  async open(world, { operators, truth }) {
    const traits = await openTraits(world.seed, truth);
    /** Queries by person, and the answer to each number: asked again it is the same query. */
    const asked = new Map<string, Query[]>();
    const answered = new Map<string, { content: string; answer: HttpAnswer }>();

    function answerTo(request: BureauRequest): HttpAnswer {
      const refusal = refusalOf(request, operators);
      if (refusal !== null) return xml(writeReply(request, refusal, null));
      const content = JSON.stringify([request.name, request.idNo, request.reason, request.consentNo]);
      const known = answered.get(request.id);
      if (known) return known.content === content ? known.answer : xml(writeReply(request, 'E0405', null));
      const now = world.clock.now().toZonedDateTimeISO(bankTimeZone).toPlainDateTime();
      const earlier = asked.get(request.idNo) ?? [];
      const person = { seed: world.seed, risk: traits.of(request.idNo), now };
      const answer = xml(writeReply(request, doneCode, writeReport(makeReport(request, person, earlier))));
      asked.set(request.idNo, [query(now.toPlainDate(), request.reason), ...earlier]);
      answered.set(request.id, { content, answer });
      return answer;
    }

    return {
      server: httpPeer(world, {
        understand(incoming) {
          if (incoming.path !== path) return { status: 404, headers: {}, body: Buffer.alloc(0) };
          const request = readOrNull(incoming.body);
          if (request === null) return { status: 400, headers: {}, body: Buffer.alloc(0) };
          return { subject: { id: request.id }, answer: (other) => answerTo(other ? otherThan(request) : request) };
        },
      }),
      obey: (told) => asked.get(command.parse(told).queries_of)?.length ?? 0,
    };
  },
});

const otherThan = (request: BureauRequest): BureauRequest => ({ ...request, id: 'OTHER', name: '他人', idNo: '320799199001010013' });
const xml = (body: Buffer): HttpAnswer => ({ status: 200, headers: { 'content-type': 'application/xml; charset=utf-8' }, body });

function readOrNull(body: Buffer): BureauRequest | null {
  try {
    return readRequest(body);
  } catch (error) {
    if (error instanceof WireError) return null;
    throw error;
  }
}

function refusalOf(request: BureauRequest, operators: Readonly<Record<string, string>>): string | null {
  if (operators[request.operator] !== request.password) return 'E0401';
  if (!/^(01|02|03|08)$/.test(request.reason)) return 'E0402';
  if (request.consentNo === '' || request.consentNo.startsWith('EXPIRED')) return 'E0403';
  return /^\d{17}[\dX]$/.test(request.idNo) ? null : 'E0404';
}
