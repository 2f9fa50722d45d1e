/** The outside systems as this server reaches them: by a file for a bank, by stand-ins for a demonstration. */
import { mkdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { parse } from 'yaml';
import { z } from 'zod';
import { openCourt } from '#connectors/court/index.ts';
import { openCreditBureau } from '#connectors/credit-bureau/index.ts';
import { openSigningService } from '#connectors/e-sign/index.ts';
import { startSimulator as startAuthority } from '#connectors/e-sign/simulator/start.ts';
import { openFaceCheck } from '#connectors/face/index.ts';
import { openGovernmentData } from '#connectors/government-data/index.ts';
import { openIdentityCheck } from '#connectors/identity-check/index.ts';
import { openSms } from '#connectors/sms/index.ts';
import type { Sms, SmsEvents } from '#connectors/sms/index.ts';
import { portsTo } from '#modules/inquiry/index.ts';
import type { Connected } from '#modules/inquiry/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import type { Serving } from '../bank.ts';
import { startOutsideSystems } from './outside-systems.ts';

const place = { host: z.string().min(1), port: z.int().min(1).max(65_535) };
const secret = z.string().min(1).max(200);
const signed = z.strictObject({ ...place, app: z.string().min(1), key: secret });

/** `QIANMO_SOURCES`: a YAML file; a system that it leaves out is not connected, and its answers are unknown. */
const sourcesFile = z.strictObject({
  credit_bureau: z
    .strictObject({ ...place, organisation: z.string().length(14), operator: z.string().min(1), password: secret })
    .optional(),
  identity_check: z.strictObject({ ...place, bank: z.string().regex(/^\d{12}$/), user: z.string().min(1) }).optional(),
  government_data: signed.optional(),
  court: signed.optional(),
  face: signed.optional(),
  /** `trust`: a file with the authority's certificate, DER. `name` and `uscc`: the bank as it signs. */
  e_sign: z
    .strictObject({
      url: z.url(),
      platform: z.string().min(1),
      secret,
      trust: z.string().min(1),
      name: z.string().min(2),
      uscc: z.string().length(18),
    })
    .optional(),
  sms: z.strictObject({ ...place, account: z.string().length(6), secret, from: z.string().regex(/^\d{3,21}$/) }).optional(),
});
export type Sources = z.infer<typeof sourcesFile>;

export interface Outside {
  readonly serving: Pick<Serving, 'ports' | 'send' | 'capture' | 'signing' | 'seal'>;
  close(): Promise<void>;
}

/** @throws Error naming the file and the place in it */
export async function readSources(path: string | undefined): Promise<Sources> {
  if (path === undefined || path === '') return {};
  const read = sourcesFile.safeParse(parse(await readFile(path, 'utf8')));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(`${path} ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/** Waits no longer than a source may take; what a source allows stands in its own file. */
const timeoutMs = 20_000;

export async function connectOutside(sources: Sources, clock: Clock, log: Logger): Promise<Outside> {
  const common = { timeoutMs, clock };
  const { credit_bureau, identity_check, government_data, court, face, e_sign, sms } = sources;
  const connected = {
    ...(credit_bureau ? { creditBureau: openCreditBureau({ ...common, ...credit_bureau }) } : {}),
    ...(identity_check ? { identityCheck: openIdentityCheck({ ...common, ...identity_check }) } : {}),
    ...(government_data ? { governmentData: openGovernmentData({ ...common, ...government_data }) } : {}),
    ...(court ? { court: openCourt({ ...common, ...court }) } : {}),
    ...(face ? { face: openFaceCheck({ ...common, ...face }) } : {}),
  } satisfies Connected;
  const phones = sms
    ? openSms({ ...common, host: sms.host, port: sms.port, source: sms.account, secret: sms.secret, from: sms.from, events: eventsOf(log) })
    : null;
  const signing = e_sign ? openSigningService({ ...common, ...e_sign, trust: [await readFile(e_sign.trust)] }) : null;
  return {
    serving: {
      ports: portsTo(connected),
      ...(phones ? { send: senderOf(phones, log) } : {}),
      ...(signing && e_sign ? { signing, seal: async () => ({ name: e_sign.name, uscc: e_sign.uscc }) } : {}),
    },
    async close() {
      await Promise.all([...Object.values(connected), ...(phones ? [phones] : [])].map((each) => each.close()));
      signing?.close();
    },
  };
}

/** A message that may be on the phone already is not sent again by us: its code is asked for anew by the person. */
function senderOf(phones: Sms, log: Logger): NonNullable<Serving['send']> {
  return async (_entityId, { id, phone, text }) => {
    const answer = await phones.ask({ id, phone, text: `【灌云农商行】${text}` });
    if (answer.outcome === 'answered' && answer.result === 'accepted') return 'sent';
    log.warn({ message: id, outcome: answer.outcome }, 'a message was not taken');
    return answer.outcome === 'unavailable' && answer.left ? 'sent' : 'unavailable';
  };
}

const eventsOf = (log: Logger): SmsEvents => ({
  onReport: async ({ id, gatewayId, state }) => log.info({ message: id, gateway_id: gatewayId, state }, 'message report'),
  onMessage: async ({ gatewayId, optOut }) => log.info({ gateway_id: gatewayId, opt_out: optOut }, 'message from a phone'),
});

/** What the stand-ins say about a person follows from it. */
export const demonstrationSeed = 7;

/** Of nobody: the division of its number was never assigned. */
const demonstrationUscc = '91320799MA0000QM2Q';

export interface StandIns {
  /** The hidden truth of the invented county; null for chance alone. The demonstration's unless given. */
  readonly truth?: string | null;
  /** Where their clocks begin, for a bank whose clock is not the machine's. */
  readonly begins?: string;
}

/** Stand-ins in one process of their own, answering as fast as the real ones do, about the invented people of the county. */
export async function openStandIns(dataFolder: string, clock: Clock, log: Logger, { truth, begins }: StandIns = {}): Promise<Outside> {
  const from = begins === undefined ? {} : { at: begins };
  const demonstrationTruth = join(dataFolder, 'inbox', 'demonstration', 'truth.csv');
  const settings = { seed: demonstrationSeed, isPaced: true, truth: truth === undefined ? demonstrationTruth : truth };
  const systems = await startOutsideSystems({ ...settings, ...from });
  const at = (port: number) => ({ host: '127.0.0.1', port });
  const shared = { app: 'qianmo', key: 'shared-key-of-the-simulation' };
  const folder = join(dataFolder, 'e-sign');
  mkdirSync(folder, { recursive: true });
  const authority = await startAuthority({ folder, ...from });
  const trust = join(folder, 'root.der');
  await writeFile(trust, authority.root);
  const outside = await connectOutside(
    {
      e_sign: {
        url: authority.url,
        platform: 'QIANMO',
        secret: 'demonstration',
        trust,
        name: '灌云农村商业银行（演示）',
        uscc: demonstrationUscc,
      },
      credit_bureau: {
        ...at(systems.bureau.port),
        organisation: 'A10313207230XX',
        operator: 'QM01',
        password: 'password-of-the-simulation',
      },
      identity_check: { ...at(systems.identity.port), bank: '402320723000', user: 'qianmo' },
      government_data: { ...at(systems.government.port), ...shared },
      court: { ...at(systems.court.port), ...shared },
      face: { ...at(systems.face.port), ...shared },
      sms: { ...at(systems.sms.port), account: '900001', secret: 'secret', from: '10690723' },
    },
    clock,
    log,
  );
  return {
    serving: { ...outside.serving, capture: (idNo) => systems.face.capture(idNo) },
    async close() {
      await outside.close();
      await authority.stop();
      await systems.stop();
    },
  };
}
