/** Processes for tests: the body as BPMN writes it, and a case that is driven by the names of its steps. */
import {
  advance,
  isRefusal,
  parseProcess,
  start,
  type Definition,
  type Effect,
  type Event,
  type State,
  type Step,
  type Variables,
} from '../index.ts';

const namespaces = [
  'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"',
  'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
  'xmlns:qianmo="urn:qianmo:bpmn:1"',
].join(' ');

export function fileOf(body: string, more = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<definitions ${namespaces} id="file" targetNamespace="urn:test">
${more}<process id="p" name="流程" isExecutable="true" qianmo:variables="x y z list">
${body}
</process></definitions>`;
}

export const messages =
  '<message id="msg1" name="paid"/><message id="msg2" name="withdrawn"/><error id="err1" errorCode="E1"/><error id="err2" errorCode="E2"/>';

/** `a -> b` on a line of its own, with an id for the flow when one is needed: `f: a -> b [x > 1]`. */
export function flows(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line, index) => {
      const match = /^\s*(?:(\w+):)?\s*(\w+)\s*->\s*(\w+)\s*(?:\[(.+)\])?\s*$/.exec(line);
      if (!match) throw new Error(`not a flow: ${line}`);
      const [, id = `flow${index}`, from, to, condition] = match;
      const inner =
        condition === undefined ? '' : `<conditionExpression xsi:type="tFormalExpression">${escapeXml(condition)}</conditionExpression>`;
      return `<sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}">${inner}</sequenceFlow>`;
    })
    .join('\n');
}

export function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

export async function definitionOf(body: string): Promise<Definition> {
  const { definition, findings } = await parseProcess(fileOf(body, messages));
  if (!definition) throw new Error(JSON.stringify(findings));
  return definition;
}

export const noon = '2027-03-01T04:00:00Z';

/** A case whose events name steps; what was asked of the caller is kept. */
export class Drive {
  readonly definition: Definition;
  readonly effects: Effect[] = [];
  readonly visits: string[] = [];
  state: State;

  constructor(definition: Definition, variables: Variables = {}) {
    this.definition = definition;
    const step = start(definition, { variables, at: noon });
    if (isRefusal(step)) throw new Error(step.refused);
    this.state = step.state;
    this.note(step);
  }

  /** Sends an event; the code of the refusal, if there is one. */
  send(event: Event): string | undefined {
    const before = JSON.stringify(this.state);
    const step = advance(this.definition, this.state, event, noon);
    if (JSON.stringify(this.state) !== before) throw new Error('the state that was given has changed');
    if (isRefusal(step)) return step.refused;
    this.state = step.state;
    this.note(step);
    return undefined;
  }

  complete(node: string, variables: Variables = {}): string | undefined {
    return this.send({ type: 'task_completed', token: this.tokenAt(node), variables });
  }

  /** The number of the first token at a node that something outside may touch. */
  tokenAt(node: string): number {
    const token = this.state.tokens.find((each) => each.node === node && each.flow === undefined && !each.multi);
    if (!token) throw new Error(`no token at ${node}: ${JSON.stringify(this.state.tokens)}`);
    return token.id;
  }

  /** Where tokens are, watches and waiting ones included. */
  get places(): string {
    return this.state.tokens.map((token) => token.node).join(' ');
  }

  get told(): string {
    return this.effects.map((effect) => (effect.type === 'ended' ? `ended:${effect.outcome}` : `${effect.type}:${effect.node}`)).join(' ');
  }

  private note(step: Step): void {
    this.effects.splice(0, this.effects.length, ...step.effects);
    this.visits.push(...step.trail.map(({ act, node }) => `${act} ${node}`));
  }
}
