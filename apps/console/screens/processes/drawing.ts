/** The editor of drawings by the few doors that the console uses, with our own attributes added. */
import Modeler from 'bpmn-js/lib/Modeler.js';
import { qianmoDescriptor } from '#core/bpmn/index.ts';
import type { SignMode, SignTerm, Term } from './drawn-terms.ts';

/** An element of the model; its attributes are read by their qualified names. */
interface Model {
  readonly $type: string;
  readonly id: string;
  get(name: string): unknown;
}
interface Element {
  readonly id: string;
  readonly businessObject: Model;
}
interface Modeling {
  updateProperties(element: Element, properties: Record<string, unknown>): void;
  updateModdleProperties(element: Element, model: Model, properties: Record<string, unknown>): void;
}
interface Factory {
  create(type: string, attributes: Record<string, unknown>): Model;
}
interface Doors {
  modeling: Modeling;
  bpmnFactory: Factory;
  elementRegistry: { get(id: string): Element | undefined };
  selection: { select(element: Element | null): void; get(): Element[] };
  canvas: { zoom(level: 'fit-viewport', center: 'auto'): void; scrollToElement(element: Element): void; getRootElement(): Element };
}

/** What the panel shows of the chosen element. */
export interface Chosen {
  readonly id: string;
  readonly type: string;
  readonly fromType: string;
  readonly name: string;
  readonly terms: Readonly<Partial<Record<Term, string>>>;
  readonly condition: string;
  readonly signing: { readonly mode: SignMode; readonly terms: Readonly<Record<SignTerm, string>>; readonly completion: string };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const isModel = (value: unknown): value is Model => typeof value === 'object' && value !== null && '$type' in value && 'get' in value;
const orNothing = (value: string): string | undefined => (value.trim() === '' ? undefined : value.trim());
const modes = ['all', 'any', 'vote'] as const;

export interface Drawing {
  readonly load: (xml: string) => Promise<void>;
  readonly save: () => Promise<string>;
  readonly chosen: () => Chosen;
  readonly go: (id: string) => void;
  readonly name: (name: string) => void;
  readonly term: (term: Term, value: string) => void;
  readonly condition: (feel: string) => void;
  readonly sign: (mode: SignMode) => void;
  readonly signTerm: (term: SignTerm, value: string) => void;
  readonly completion: (feel: string) => void;
  readonly close: () => void;
}

/** Opens the editor in a box; `onChoose` and `onChange` are told of what people do in it. */
export function openDrawing(container: HTMLElement, told: { onChoose: () => void; onChange: () => void }): Drawing {
  const modeler = new Modeler<Doors>({ container, moddleExtensions: { qianmo: qianmoDescriptor } });
  const modeling = (): Modeling => modeler.get('modeling');
  const factory = (): Factory => modeler.get('bpmnFactory');
  const element = (): Element => modeler.get('selection').get()[0] ?? modeler.get('canvas').getRootElement();
  // While a file is read the editor empties itself, and has neither a root nor anything that a person chose or changed.
  let isLoaded = false;
  modeler.on('selection.changed', () => {
    if (isLoaded) told.onChoose();
  });
  modeler.on('commandStack.changed', () => {
    if (!isLoaded) return;
    told.onChoose();
    told.onChange();
  });
  const loopOf = (one: Element): Model | null => {
    const loop = one.businessObject.get('loopCharacteristics');
    return isModel(loop) ? loop : null;
  };
  const expression = (feel: string): Model | undefined =>
    orNothing(feel) === undefined ? undefined : factory().create('bpmn:FormalExpression', { body: feel.trim() });
  const ofLoop = (properties: Record<string, unknown>): void => {
    const loop = loopOf(element());
    if (loop !== null) modeling().updateModdleProperties(element(), loop, properties);
  };
  return {
    async load(xml) {
      isLoaded = false;
      await modeler.importXML(xml);
      isLoaded = true;
      modeler.get('canvas').zoom('fit-viewport', 'auto');
    },
    async save() {
      const { xml } = await modeler.saveXML({ format: true });
      if (xml === undefined) throw new Error('the drawing could not be written');
      return xml;
    },
    chosen: () => readChosen(element(), loopOf),
    go(id) {
      const one = modeler.get('elementRegistry').get(id);
      if (one === undefined) return;
      modeler.get('selection').select(one);
      modeler.get('canvas').scrollToElement(one);
    },
    name: (name) => modeling().updateProperties(element(), { name: orNothing(name) }),
    term: (term, value) => modeling().updateProperties(element(), { [`qianmo:${term}`]: orNothing(value) }),
    condition: (feel) => modeling().updateProperties(element(), { conditionExpression: expression(feel) }),
    sign(mode) {
      if (mode !== 'none' && loopOf(element()) !== null) return ofLoop({ 'qianmo:mode': mode });
      const loopCharacteristics =
        mode === 'none'
          ? undefined
          : factory().create('bpmn:MultiInstanceLoopCharacteristics', { 'qianmo:mode': mode, 'qianmo:item': 'signer' });
      return modeling().updateProperties(element(), { loopCharacteristics });
    },
    signTerm: (term, value) => ofLoop({ [`qianmo:${term}`]: orNothing(value) }),
    completion: (feel) => ofLoop({ completionCondition: expression(feel) }),
    close: () => modeler.destroy(),
  };
}

function readChosen(one: Element, loopOf: (one: Element) => Model | null): Chosen {
  const model = one.businessObject;
  const own = (name: Term): string => text(model.get(`qianmo:${name}`));
  const source = model.get('sourceRef');
  const condition = model.get('conditionExpression');
  const loop = loopOf(one);
  const ofLoop = (name: string): string => (loop === null ? '' : text(loop.get(`qianmo:${name}`)));
  const completion = loop?.get('completionCondition');
  return {
    id: one.id,
    type: model.$type,
    fromType: isModel(source) ? source.$type : '',
    name: text(model.get('name')),
    terms: {
      role: own('role'),
      assignee: own('assignee'),
      form: own('form'),
      sla: own('sla'),
      apart: own('apart'),
      service: own('service'),
      decision: own('decision'),
      variables: own('variables'),
    },
    condition: isModel(condition) ? text(condition.get('body')) : '',
    signing: {
      mode: loop === null ? 'none' : (modes.find((mode) => mode === ofLoop('mode')) ?? 'all'),
      terms: { collection: ofLoop('collection'), item: ofLoop('item'), results: ofLoop('results'), result: ofLoop('result') },
      completion: isModel(completion) ? text(completion.get('body')) : '',
    },
  };
}
