import type { Change, ChangeKind, Proposal } from '#modules/change/index.ts';
import type { Clock } from '#platform/clock/index.ts';
import { refuse } from '#platform/http/index.ts';
import { withSession, type Database, type Session, type Tx } from '#platform/postgres/index.ts';
import { refusals } from '../contract.ts';
import { ContractError, parseContract } from './contract-schema.ts';
import { contractTexts } from './source-contracts.ts';

/** Form of `before` and `after` of a proposal. */
interface ContractChange {
  yaml: string;
}

const kindName = 'intake.contract';

/** Publishing a source contract: what a second person approves becomes the next version. */
export function contractChange(clock: Clock): ChangeKind {
  return {
    kind: kindName,
    name: { zh: '数据源约定', en: 'Source contract' },
    permission: 'change.approve',
    validate: async (_tx, proposal) => checkProposal(proposal),
    present: async (tx, proposal): Promise<ContractChange | null> => {
      const text = await presentText(tx, proposal.subject);
      return text === null ? null : { yaml: text.yaml };
    },
    apply: async (tx, proposal, decider) => {
      const text = await presentText(tx, proposal.subject);
      await tx.query('insert into intake.contract (source, version, yaml, published_by, published_at) values ($1, $2, $3, $4, $5)', [
        proposal.subject,
        (text?.version ?? 0) + 1,
        yamlOf(proposal.after),
        decider.actorId,
        clock.now().toString(),
      ]);
    },
  };
}

/** A wrong text is refused with the line and column of every fault. */
function checkProposal(proposal: Proposal): void {
  try {
    const { source } = parseContract(yamlOf(proposal.after), `${proposal.subject}.yaml`);
    if (source !== proposal.subject)
      throw refuse(refusals, 'contract_invalid', { zh: `source 应为 ${proposal.subject}`, en: `source should be ${proposal.subject}` });
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    const faults = error.findings.map(({ line, column, path, zh, en }) => ({
      place: `body.yaml:${line}:${column}${path === '' ? '' : ` ${path}`}`,
      zh,
      en,
    }));
    const first = error.findings[0];
    throw refuse(
      refusals,
      'contract_invalid',
      { zh: `第 ${first?.line ?? 1} 行 ${first?.zh ?? ''}`, en: `line ${first?.line ?? 1}: ${first?.en ?? ''}` },
      faults,
    );
  }
}

function yamlOf(after: unknown): string {
  if (typeof after === 'object' && after !== null && 'yaml' in after && typeof after.yaml === 'string') return after.yaml;
  throw new TypeError('a source contract proposal holds { yaml }');
}

async function presentText(tx: Tx, source: string): Promise<{ version: number; yaml: string } | null> {
  return (await contractTexts(tx)).find((text) => text.source === source) ?? null;
}

/** Proposes a changed contract. Refuses: not_found, contract_invalid, and what `change` refuses. */
export async function proposeContract(
  deps: { db: Database; change: Change },
  session: Session,
  proposal: { source: string; yaml: string; reason: string; requestId?: string },
): Promise<string> {
  return withSession(deps.db, session, async (tx) => {
    const text = await presentText(tx, proposal.source);
    if (!text) throw refuse(refusals, 'not_found');
    const { source, yaml, reason, requestId } = proposal;
    return deps.change.propose(tx, session, {
      kind: kindName,
      subject: source,
      before: { yaml: text.yaml } satisfies ContractChange,
      after: { yaml } satisfies ContractChange,
      reason,
      ...(requestId === undefined ? {} : { requestId }),
    });
  });
}
