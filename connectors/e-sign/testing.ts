/** What the tests of this folder share: a simulator and a client that are gone afterwards, people, and a paper to sign. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import Kit from 'pdfkit';
import { systemClock } from '#platform/clock/index.ts';
import { residentIdCheckCharacter } from '#core/identifiers/index.ts';
import { openSigningService } from './client.ts';
import type { SigningSettings } from './client.ts';
import type { CertifiedSigner, Signer, SigningService } from './contract.ts';
import { startSimulator } from './simulator/start.ts';
import type { Simulator, SimulatorSettings } from './simulator/start.ts';

let numbers = 0;
export const freshId = (): string => `T${String((numbers += 1)).padStart(6, '0')}`;

const idNo = (digits: string): string => `${digits}${residentIdCheckCharacter(digits)}`;
export const borrower: Signer = { kind: 'person', name: '买买提·艾力', idNo: idNo('32072319900101123'), phone: '13800002046' };
export const spouse: Signer = { kind: 'person', name: '古丽', idNo: idNo('32072319920202124'), phone: '13800002047' };
export const bank: Signer = { kind: 'organization', name: '东海农村商业银行', uscc: '91110000600037341L' };

export async function certified(service: SigningService, signer: Signer): Promise<CertifiedSigner> {
  const answer = await service.certify({ requestId: freshId(), signer });
  if (answer.outcome !== 'done') throw new Error(JSON.stringify(answer));
  return answer.signer;
}

export async function printPaper(text: string): Promise<Buffer> {
  const font = createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf');
  const pdf = new Kit({ size: 'A4', info: { CreationDate: new Date(0), ModDate: new Date(0) } });
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  pdf.once('end', resolve);
  pdf.font(font).text(text).addPage().text('第二页');
  pdf.end();
  await ended;
  return Buffer.concat(chunks);
}

/** Everything it opens is closed by `end`. */
export function testGround() {
  const ends: (() => Promise<void> | void)[] = [];
  const freshFolder = (): string => {
    const folder = mkdtempSync(join(tmpdir(), 'qianmo-sign-'));
    ends.push(() => rmSync(folder, { recursive: true }));
    return folder;
  };
  return {
    freshFolder,
    async start(settings: Partial<SimulatorSettings> = {}): Promise<Simulator> {
      const simulator = await startSimulator({ folder: freshFolder(), ...settings });
      ends.push(() => simulator.stop());
      return simulator;
    },
    open(simulator: Pick<Simulator, 'url' | 'root'>, more: Partial<SigningSettings> = {}): SigningService {
      const settings = {
        url: simulator.url,
        platform: 'QIANMO',
        secret: 'demonstration',
        timeoutMs: 30_000,
        trust: [simulator.root],
        clock: systemClock,
      };
      const service = openSigningService({ ...settings, ...more });
      ends.push(() => service.close());
      return service;
    },
    async end(): Promise<void> {
      for (const each of ends.splice(0).toReversed()) await each();
    },
  };
}
