/** One random process through both engines, in lock step: the same open tasks, the same visits, the same end. */
import { advance, isRefusal, parseProcess, start, type State, type Step, type Variables } from '../index.ts';
import { Peer } from './peer.ts';
import { fileOf, noon } from './process.ts';
import { drawsOf, randomProcess, variableNames } from './random-process.ts';

/** Tasks that a run may complete before it is given up. */
const longestRun = 400;

export interface Comparison {
  readonly difference?: string;
  readonly completed: number;
  readonly visits: number;
}

export async function compareRandom(seed: number): Promise<Comparison> {
  const draw = drawsOf(-seed);
  const { body, peerBody, initial } = randomProcess(seed);
  const ours = await Ours.of(fileOf(body), initial);
  const peer = await Peer.of(fileOf(peerBody), initial);
  let completed = 0;
  for (; completed < longestRun; completed += 1) {
    const [mine, theirs] = [
      ours.tasks
        .map((task) => task.node)
        .toSorted()
        .join(' '),
      peer.tasks.join(' '),
    ];
    if (mine !== theirs)
      return {
        difference: `seed ${seed}, after ${completed}: open ${mine || '-'} / ${theirs || '-'}`,
        completed,
        visits: ours.visits.size,
      };
    const open = ours.tasks;
    const next = open[draw(Math.max(open.length, 1))];
    if (!next) break;
    const variables = { rounds: completed + 1, [variableNames[draw(variableNames.length)] ?? 'x']: draw(4) };
    peer.variables = { ...peer.variables, ...variables };
    peer.complete(next.node);
    ours.complete(next.token, variables);
  }
  const [mine, theirs] = [shown(ours.visits), shown(peer.visits)];
  const visits = [...ours.visits.values()].reduce((sum, each) => sum + each, 0);
  if (mine !== theirs) return { difference: `seed ${seed}: visits ${mine} / ${theirs}`, completed, visits };
  // nothing is open and the same ends were reached; the peer may count as running for branches that were not taken
  if (ours.state.status !== 'ended') return { difference: `seed ${seed}: nothing is open, and ours has not ended`, completed, visits };
  return { completed, visits };
}

/** The gateways that are spelled out are left out. */
function shown(visits: ReadonlyMap<string, number>): string {
  return [...visits]
    .filter(([id]) => !/^[gj]/.test(id))
    .map(([id, times]) => `${id}×${times}`)
    .toSorted()
    .join(' ');
}

interface OpenTask {
  readonly node: string;
  readonly token: number;
}

class Ours {
  readonly visits = new Map<string, number>();
  tasks: readonly OpenTask[] = [];
  private readonly definition: NonNullable<Awaited<ReturnType<typeof parseProcess>>['definition']>;
  state: State;

  private constructor(definition: Ours['definition'], variables: Variables) {
    this.definition = definition;
    this.state = this.follow(start(definition, { variables, at: noon }));
  }

  static async of(xml: string, variables: Variables): Promise<Ours> {
    const { definition, findings } = await parseProcess(xml);
    if (!definition) throw new Error(JSON.stringify(findings));
    return new Ours(definition, variables);
  }

  complete(token: number, variables: Variables): void {
    this.state = this.follow(advance(this.definition, this.state, { type: 'task_completed', token, variables }, noon));
  }

  /** Notes what a step did, and lets services be done at once, as the peer does. */
  private follow(step: Step | { readonly refused: string }): State {
    let current = step;
    for (;;) {
      if ('refused' in current) throw new Error(current.refused);
      for (const { act, node } of current.trail) if (act === 'left') this.visits.set(node, (this.visits.get(node) ?? 0) + 1);
      this.tasks = openTasks(this.definition, current.state);
      const service = current.state.tokens.find((token) => token.flow === undefined && nodeKind(this.definition, token.node) === 'service');
      if (!service) return current.state;
      const next = advance(this.definition, current.state, { type: 'service_done', token: service.id }, noon);
      if (isRefusal(next)) throw new Error(next.refused);
      current = next;
    }
  }
}

function nodeKind(definition: Ours['definition'], id: string): string | undefined {
  return definition.nodes.find((node) => node.id === id)?.kind;
}

function openTasks(definition: Ours['definition'], state: State): OpenTask[] {
  return state.tokens.filter((token) => nodeKind(definition, token.node) === 'user').map(({ id, node }) => ({ node, token: id }));
}
