/** The same process in bpmn-elements, driven step by step, so that both engines can be asked the same. */
import { BpmnModdle } from 'bpmn-moddle';
import * as elements from 'bpmn-elements';
import serialize, { TypeResolver } from 'moddle-context-serializer';
import { compileFeel } from '../feel.ts';
import type { Variables } from '../definition.ts';
import { qianmoDescriptor } from '../extension.ts';

export class Peer {
  /** How often each element was left, as the peer tells it. */
  readonly visits = new Map<string, number>();
  variables: Variables;
  private readonly definition: elements.Definition;
  private readonly waiting: { readonly id: string; signal(): void }[] = [];

  private constructor(context: ReturnType<typeof serialize>, variables: Variables) {
    this.variables = variables;
    const environment = new elements.Environment({
      settings: { enableDummyService: true },
      expressions: { resolveExpression: (text: string) => compileFeel(text).evaluate(this.variables) },
    });
    this.definition = new elements.Definition(elements.Context(context, environment), {});
    this.definition.broker.subscribeTmp('event', 'activity.#', (key, message) => this.note(key, message.content), { noAck: true });
    this.definition.run();
  }

  static async of(xml: string, variables: Variables): Promise<Peer> {
    return new Peer(await Peer.read(xml), variables);
  }

  static async read(xml: string): Promise<ReturnType<typeof serialize>> {
    const moddle = await new BpmnModdle({ qianmo: qianmoDescriptor }).fromXML(xml);
    return serialize(moddle, TypeResolver(elements));
  }

  get state(): unknown {
    return this.definition.getState();
  }

  get tasks(): string[] {
    return this.waiting.map((task) => task.id).toSorted();
  }

  get isOver(): boolean {
    return !this.definition.isRunning;
  }

  complete(id: string): void {
    const index = this.waiting.findIndex((task) => task.id === id);
    const [task] = index < 0 ? [] : this.waiting.splice(index, 1);
    if (!task) throw new Error(`the peer does not wait at ${id}`);
    task.signal();
  }

  private note(key: string, content: unknown): void {
    if (!isContent(content)) throw new Error(`the peer says ${key} in a shape that is not known`);
    const { id, type, executionId } = content;
    if (key === 'activity.wait' && type === 'bpmn:UserTask') {
      this.waiting.push({ id, signal: () => this.definition.signal({ id, executionId }) });
    }
    if (key === 'activity.end') this.visits.set(id, (this.visits.get(id) ?? 0) + 1);
  }
}

function isContent(content: unknown): content is { id: string; type: string; executionId: string } {
  return typeof content === 'object' && content !== null && 'id' in content && 'type' in content;
}
