/** One borrower at a phone, from the scanned code to the bank's word, over a connection of their own. */
import { portalAddresses } from '#modules/lending/portal/contract.ts';
import type { ChannelPage, PortalApplication, Question } from '#modules/lending/portal/contract.ts';
import { Line } from './line.ts';
import type { Person, Taken } from './order.ts';

export interface Place {
  readonly port: number;
  readonly code: string;
  readonly isCaptured: boolean;
}

/** The machine's own addresses are many: each borrower has one, as each phone has. */
const addressOf = (index: number): string => `127.${64 + ((index >> 16) & 63)}.${(index >> 8) & 255}.${index & 255}`;

export async function walk({ port, code, isCaptured }: Place, person: Person, index: number): Promise<Taken> {
  const line = new Line(port, addressOf(index));
  const requests: number[] = [];
  const begun = performance.now();
  let cookie = '';
  let page: PortalApplication | undefined;
  const ask = async <Body>(method: 'GET' | 'POST', path: string, payload?: object): Promise<Body> => {
    const from = performance.now();
    const answer = await line.ask(method, path, cookie, payload);
    requests.push(performance.now() - from);
    if (answer.status === 503) throw new Busy();
    if (answer.status >= 400) throw new Error(`${path}: ${answer.status} ${answer.body.slice(0, 300)}`);
    cookie = answer.cookie ?? cookie;
    return JSON.parse(answer.body);
  };
  try {
    page = await begin(ask, { code, isCaptured }, person);
    while (page.questions && !page.questions.is_complete) {
      page = await ask<PortalApplication>('POST', portalAddresses.answers, { answers: answersTo(page.questions.items) });
    }
    page = await ask<PortalApplication>('POST', portalAddresses.submission, {});
    while (page.step === 'deciding') {
      // As the borrower's page looks.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      page = await ask<PortalApplication>('GET', portalAddresses.application);
    }
    return { requests, wholeMs: performance.now() - begun, applicationId: page.application_id, step: page.step };
  } catch (error) {
    if (!(error instanceof Busy)) throw error;
    return { requests, wholeMs: performance.now() - begun, applicationId: page?.application_id ?? '', step: 'busy' };
  } finally {
    line.close();
  }
}

class Busy extends Error {}

type Ask = <Body>(method: 'GET' | 'POST', path: string, payload?: object) => Promise<Body>;

async function begin(ask: Ask, { code, isCaptured }: Omit<Place, 'port'>, person: Person): Promise<PortalApplication> {
  const { phone } = person;
  await ask<ChannelPage>('GET', portalAddresses.channel.replace(':code', code));
  const sent = await ask<{ demonstration_code: string }>('POST', portalAddresses.codes, { channel_code: code, phone });
  await ask('POST', portalAddresses.sessions, { channel_code: code, phone, code: sent.demonstration_code });
  const who = await ask<PortalApplication>('POST', portalAddresses.identity, { name: person.name, resident_id: person.id_no });
  const items = (who.consents ?? []).map(({ text, is_required }) => ({ text, is_given: is_required }));
  const agreed = await ask<PortalApplication>('POST', portalAddresses.consents, { items });
  const shown = isCaptured ? (await ask<{ face_token: string }>('POST', portalAddresses.capture, {})).face_token : 'capture-of-the-bench';
  return ask<PortalApplication>('POST', portalAddresses.face, { text: agreed.face?.consent.text, face_token: shown });
}

function answersTo(items: readonly Question[]): Record<string, unknown> {
  const needed = items.filter(({ is_optional, answer }) => !is_optional && answer === null);
  return Object.fromEntries(needed.map((question) => [question.name, answerTo(question)]));
}

function answerTo({ name, kind, options, minimum }: Question): unknown {
  if (name === 'amount') return 5_000_000;
  if (name === 'months') return 12;
  const [first] = options;
  if (kind === 'choice') return first?.value;
  if (kind === 'several') return [first?.value];
  if (kind === 'yes_no') return true;
  if (kind === 'day') return '2026-12-01';
  return kind === 'text' ? '灌云县' : (minimum ?? 1);
}
