/** A layer counts only when a second person approves it. */
import type { ChangeKind, Proposal } from '#modules/change/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { refuse } from '#platform/http/index.ts';
import type { Tx } from '#platform/postgres/index.ts';
import type { z } from 'zod';
import type { Finding, Layer } from '#core/product/index.ts';
import { layerChange, layerChangeKind, refusals } from '../contract.ts';
import { checkLayer } from '../definition/check.ts';
import type { Checked, Surroundings } from '../definition/check.ts';
import { readLayerText } from '../definition/layer-text.ts';
import { addVersion, lockProducts, readVersions } from './store.ts';
import type { StoredVersion } from './store.ts';

export interface ReleaseDeps {
  readonly clock: Clock;
  surroundings(tx: Tx, entityId: string): Promise<Surroundings>;
}

export function layerRelease(deps: ReleaseDeps): ChangeKind {
  return {
    kind: layerChangeKind,
    name: { zh: '产品条款', en: 'Terms of a product' },
    permission: 'change.approve',
    async validate(tx, proposal) {
      await lockProducts(tx, proposal.entityId);
      await acceptLayer(deps, tx, proposal.entityId, textOf(proposal));
    },
    present: async (tx, proposal) => presentLayer(await readVersions(tx, proposal.entityId), proposal.subject),
    async apply(tx, proposal, decider) {
      const content = textOf(proposal);
      const { layer, checked } = await acceptLayer(deps, tx, proposal.entityId, content);
      const at = deps.clock.now().toString();
      const { effectiveFrom } = checked;
      const made = { proposedBy: proposal.makerId, approvedBy: decider.actorId, at };
      await addVersion(tx, { entityId: proposal.entityId, layer, content, effectiveFrom, ...made });
    },
  };
}

const textOf = ({ after }: Proposal): string => layerChange.parse(after).yaml;

/** A side of a proposal. */
export const sideOf = (yaml: string, layer: Layer): z.input<typeof layerChange> => ({
  yaml,
  layer: { ...layer, terms: { ...layer.terms } },
});

/** The newest version of a layer, in the form of a proposal's sides. */
export function presentLayer(versions: readonly StoredVersion[], code: string): z.input<typeof layerChange> | null {
  const last = versions.findLast((one) => one.layer.code === code);
  return last ? sideOf(last.content, last.layer) : null;
}

/**
 * Reads a layer that is to count from its day on, with everything that stands on it.
 * @throws Problem product_invalid, product_moved, product_unchanged
 */
export async function acceptLayer(
  deps: ReleaseDeps,
  tx: Tx,
  entityId: string,
  content: string,
): Promise<{ layer: Layer; checked: Checked }> {
  const read = readLayerText(content);
  if ('findings' in read) throw invalid(read.findings);
  const { layer } = read;
  const versions = await readVersions(tx, entityId);
  const last = versions.findLast((one) => one.layer.code === layer.code);
  if (last && (last.layer.from !== layer.from || last.layer.layer !== layer.layer))
    throw refuse(refusals, 'product_moved', named(layer.code));
  if (last && last.content === content) throw refuse(refusals, 'product_unchanged', named(layer.code));
  const checked = checkLayer(versions, layer, deps.clock.today().toString(), await deps.surroundings(tx, entityId));
  if (checked.findings.length > 0) throw invalid(checked.findings);
  return { layer, checked };
}

const named = (code: string): { zh: string; en: string } => ({ zh: code, en: code });

function invalid(findings: readonly Finding[]): ReturnType<typeof refuse> {
  const [first] = findings;
  const place = first ? { zh: `${first.place} ${first.zh}`, en: `${first.place} ${first.en}` } : undefined;
  return refuse(
    refusals,
    'product_invalid',
    place,
    findings.map((finding) => ({ place: finding.place, zh: finding.zh, en: finding.en })),
  );
}
