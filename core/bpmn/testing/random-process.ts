/**
 * Random processes of nested blocks, sound by construction, in every mixture. The peer gets the same process spelled out: it lets the
 * branches that are not taken travel as well, which can open a parallel join before a live branch arrives, and its inclusive gateways do
 * not join. So there every branch of a parallel or inclusive block is a subprocess of its own, in which it is taken or passed over.
 */
import { flows } from './process.ts';

export interface RandomProcess {
  readonly body: string;
  readonly peerBody: string;
  readonly initial: Readonly<Record<string, number>>;
}

/** A number from 0 up to, not including, `below`. */
export type Draw = (below: number) => number;

/** The same seed gives the same draws. */
export function drawsOf(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export const variableNames = ['x', 'y', 'z'] as const;
/** Completed tasks after which every loop ends. */
const rounds = 12;

export function randomProcess(seed: number): RandomProcess {
  const [body, peerBody] = [false, true].map((spelled) => {
    const draw = drawsOf(seed);
    return new Writer(draw, spelled).scope(2 + draw(2));
  });
  const draw = drawsOf(seed + 1);
  return { body: body ?? '', peerBody: peerBody ?? '', initial: { x: draw(4), y: draw(4), z: draw(4), rounds: 0 } };
}

type GatewayTag = 'exclusiveGateway' | 'inclusiveGateway' | 'parallelGateway';

function noneOf(conditions: readonly (string | undefined)[]): string {
  return `not(${conditions.map((condition) => `(${condition})`).join(' or ')})`;
}

/** A piece with one way in and one way out. */
interface Block {
  readonly first: string;
  readonly last: string;
}

class Writer {
  private readonly draw: Draw;
  /** Branches that run together are spelled out as subprocesses. */
  private readonly spelled: boolean;
  private elements: string[] = [];
  private lines: string[] = [];
  private count = 0;
  private flowCount = 0;

  constructor(draw: Draw, spelled: boolean) {
    this.draw = draw;
    this.spelled = spelled;
  }

  /** A start, some blocks one after another, an end: the content of a process or subprocess. */
  scope(size: number): string {
    return this.apart(() => {
      const start = this.add('startEvent');
      const { first, last } = this.sequence(size);
      this.connect(start, first);
      this.connect(last, this.add('endEvent'));
    });
  }

  /** What is written meanwhile, as a body of its own. */
  private apart(write: () => void): string {
    const [elements, lines] = [this.elements, this.lines];
    [this.elements, this.lines] = [[], []];
    write();
    const body = `${this.elements.join('\n')}\n${flows(this.lines.join('\n'))}`;
    [this.elements, this.lines] = [elements, lines];
    return body;
  }

  private add(tag: string, attributes = '', content = ''): string {
    this.count += 1;
    const id = `${tag.charAt(0)}${this.count}`;
    this.elements.push(`<${tag} id="${id}" ${attributes}>${content}</${tag}>`);
    return id;
  }

  private connect(from: string, to: string, condition?: string): string {
    this.flowCount += 1;
    const id = `f${this.flowCount}`;
    this.lines.push(`${id}: ${from} -> ${to}${condition === undefined ? '' : ` [${condition}]`}`);
    return id;
  }

  private sequence(size: number): Block {
    const blocks = Array.from({ length: Math.max(1, size) }, (_, index) => this.block(size - 1 - index));
    for (const [index, block] of blocks.entries()) {
      const next = blocks[index + 1];
      if (next) this.connect(block.last, next.first);
    }
    return { first: blocks[0]?.first ?? '', last: blocks.at(-1)?.last ?? '' };
  }

  private block(size: number): Block {
    const kind = size < 1 ? this.draw(3) : this.draw(11);
    if (kind < 2) return this.one(this.add('userTask', 'qianmo:role="r"'));
    if (kind === 2) return this.one(this.add('serviceTask', 'qianmo:service="s"'));
    if (kind < 5) return this.branches(size, 'exclusiveGateway');
    if (kind < 7) return this.branches(size, 'inclusiveGateway');
    if (kind < 9) return this.branches(size, 'parallelGateway');
    return kind === 9 ? this.loop(size) : this.subprocess(size);
  }

  private one(id: string): Block {
    return { first: id, last: id };
  }

  private branches(size: number, tag: GatewayTag): Block {
    this.count += 1;
    const [split, join] = [`g${this.count}`, `j${this.count}`];
    const others = Array.from({ length: 1 + this.draw(2) }, () => (tag === 'parallelGateway' ? undefined : this.condition()));
    const isSpelled = this.spelled && tag !== 'exclusiveGateway';
    if (isSpelled) this.spell(size, split, join, [tag === 'parallelGateway' ? undefined : noneOf(others), ...others]);
    const written = isSpelled ? 'parallelGateway' : tag;
    const flowIds = isSpelled ? [] : [undefined, ...others].map((condition) => this.branch(size, split, join, condition));
    const otherwise = written === 'parallelGateway' ? '' : `default="${flowIds[0]}"`;
    this.elements.push(`<${written} id="${split}" ${otherwise}/><${written} id="${join}"/>`);
    return { first: split, last: join };
  }

  private branch(size: number, split: string, join: string, condition: string | undefined): string {
    const { first, last } = this.sequence(size - 1);
    this.connect(last, join);
    return this.connect(split, first, condition);
  }

  private spell(size: number, split: string, join: string, conditions: readonly (string | undefined)[]): void {
    for (const [index, condition] of conditions.entries()) {
      const [inner, start, asked, end] = ['w', 'ws', 'wg', 'we'].map((mark) => `${split}${mark}${index}`);
      const content = this.apart(() => {
        const { first, last } = this.sequence(size - 1);
        this.elements.push(`<startEvent id="${start}"/><endEvent id="${end}"/>`);
        this.connect(start ?? '', asked ?? '');
        this.connect(last, end ?? '');
        const over = condition === undefined ? undefined : this.connect(asked ?? '', end ?? '');
        this.connect(asked ?? '', first, condition);
        this.elements.push(`<exclusiveGateway id="${asked}" ${over === undefined ? '' : `default="${over}"`}/>`);
      });
      this.elements.push(`<subProcess id="${inner}">${content}</subProcess>`);
      this.connect(split, inner ?? '');
      this.connect(inner ?? '', join);
    }
  }

  private loop(size: number): Block {
    const merge = this.add('exclusiveGateway');
    const task = this.add('userTask', 'qianmo:role="r"');
    const inner = this.sequence(size - 1);
    this.count += 1;
    const decide = `g${this.count}`;
    this.connect(merge, task);
    this.connect(task, inner.first);
    this.connect(inner.last, decide);
    this.connect(decide, merge, `${this.condition()} and rounds < ${rounds}`);
    const out = this.add('userTask', 'qianmo:role="r"');
    const leave = this.connect(decide, out);
    this.elements.push(`<exclusiveGateway id="${decide}" default="${leave}"/>`);
    return { first: merge, last: out };
  }

  private subprocess(size: number): Block {
    const content = this.scope(size - 1);
    return this.one(this.add('subProcess', '', content));
  }

  private condition(): string {
    const name = variableNames[this.draw(variableNames.length)] ?? 'x';
    const operator = ['>', '<', '=', '>='][this.draw(4)] ?? '>';
    return `${name} ${operator} ${this.draw(4)}`;
  }
}
