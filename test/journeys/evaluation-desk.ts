/** A small bank whose village is being evaluated, and one desk at it: where the journeys about reviewers begin. */
import { serveSmallBank } from '../served-bank.ts';
import type { ServedBank } from '../served-bank.ts';
import { openVillage } from '../village/open-village.ts';
import type { OpenVillage } from '../village/open-village.ts';
import { openPage } from './browsing.ts';
import type { Watched } from './browsing.ts';

export interface EvaluationDesk {
  readonly served: ServedBank;
  readonly open: OpenVillage;
  readonly desk: Watched;
}

export async function openEvaluationDesk(): Promise<EvaluationDesk> {
  const served = await serveSmallBank();
  const open = await openVillage(served);
  return { served, open, desk: await openPage(served.browser) };
}
