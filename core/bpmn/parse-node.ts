/** One flow node of the file → a node of the definition. */
import type { ModdleElement } from 'bpmn-moddle';
import type { Multi, Node, SignMode, TaskTerms, Timer, Trigger } from './definition.ts';
import { bodyOf, idOf, nameOf, partOf, partsOf, tagOf, textOf, wordsOf } from './elements.ts';
import type { FindingCode } from './findings.ts';

export interface Report {
  add(code: FindingCode, element: ModdleElement, detail?: string): void;
  /** The place is named when the element itself has no id. */
  expect(element: ModdleElement, stated: readonly string[], place?: ModdleElement): void;
}

interface Kind {
  /** How it runs, for the guide. */
  readonly means: string;
  /** What the file may state of it. */
  readonly stated: readonly string[];
  read(element: ModdleElement, report: Report): Node | undefined;
}

interface Head {
  readonly id: string;
  readonly name: string;
}

const head = (element: ModdleElement): Head => ({ id: idOf(element), name: nameOf(element) });

const gateway = (kind: 'exclusive' | 'inclusive', means: string): Kind => ({
  means,
  stated: ['gatewayDirection', 'gives'],
  read: (element) => {
    const otherwise = partOf(element, 'default');
    return { ...head(element), kind, ...(otherwise && { default: idOf(otherwise) }) };
  },
});

const message = (kind: 'send' | 'receive', means: string): Kind => ({
  means,
  stated: ['gives', 'implementation'],
  read: (element, report) => ({ ...head(element), kind, message: messageOf(element, element, report) }),
});

/** The elements of the profile. The guide is printed from it. */
export const kinds: Readonly<Record<string, Kind>> = {
  'bpmn:StartEvent': {
    means: 'One a process and a subprocess, without a trigger.',
    stated: ['isInterrupting', 'gives'],
    read: (element) => ({ ...head(element), kind: 'start' }),
  },
  'bpmn:EndEvent': {
    means:
      'Takes its token. With terminate: ends the whole scope at once. With error: leaves the subprocess by the boundary event of that code, or ends the case with `error`.',
    stated: ['eventDefinitions', 'gives'],
    read: readEnd,
  },
  'bpmn:IntermediateThrowEvent': {
    means: 'With a message only: `send_message`, and on.',
    stated: ['eventDefinitions', 'gives'],
    read: readThrow,
  },
  'bpmn:IntermediateCatchEvent': {
    means: 'Message: `await_message`, until `message_received` under that name. Timer: `set_timer`, until `timer_fired`.',
    stated: ['eventDefinitions', 'gives'],
    read: readCatch,
  },
  'bpmn:BoundaryEvent': {
    means:
      'Armed with its host. Timer or message on a task, a receive task or a subprocess, interrupting or not; a cycle `R3/PT1H` rings again while its host waits. Error on a service, a decision or a subprocess; without a code it takes any.',
    stated: ['eventDefinitions', 'cancelActivity', 'gives'],
    read: readBoundary,
  },
  'bpmn:UserTask': {
    means: '`create_task`, until `task_completed`. With multi-instance: one task an item (会签).',
    stated: ['implementation', 'loopCharacteristics', 'role', 'assignee', 'form', 'sla', 'apart', 'gives'],
    read: (element, report) => {
      const multi = readMulti(element, report);
      return { ...head(element), kind: 'user', terms: readTerms(element), ...(multi && { multi }) };
    },
  },
  'bpmn:ServiceTask': {
    means:
      '`call_service`, until `service_done`; `service_failed` goes to the error boundary event of its code, outwards, or the token stands still until `retried`.',
    stated: ['implementation', 'service', 'gives'],
    read: (element, report) => ({ ...head(element), kind: 'service', service: termOf(element, 'qianmo:service', report) }),
  },
  'bpmn:BusinessRuleTask': {
    means: '`decide` with the name of a strategy, until `decided`.',
    stated: ['implementation', 'decision', 'gives'],
    read: (element, report) => ({ ...head(element), kind: 'rule', decision: termOf(element, 'qianmo:decision', report) }),
  },
  'bpmn:SendTask': message('send', '`send_message`, and on.'),
  'bpmn:ReceiveTask': message('receive', '`await_message`, until `message_received` under that name.'),
  'bpmn:ExclusiveGateway': gateway('exclusive', 'The first flow in the order of the file whose condition is true, else the default.'),
  'bpmn:InclusiveGateway': gateway(
    'inclusive',
    'Every flow whose condition is true, else the default. Joins once no token can still reach an empty incoming flow (BPMN 2.0.2, table 13.3).',
  ),
  'bpmn:ParallelGateway': {
    means: 'Splits by all flows; joins one token of every incoming flow.',
    stated: ['gatewayDirection', 'gives'],
    read: (element) => ({ ...head(element), kind: 'parallel' }),
  },
  'bpmn:EventBasedGateway': {
    means: 'Waits for the first of the timers and messages behind it.',
    stated: ['gatewayDirection', 'eventGatewayType', 'gives'],
    read: readEventGateway,
  },
  'bpmn:SubProcess': {
    means: 'Embedded, with tokens of its own; done when none is left inside. Variables are those of the case.',
    stated: ['triggeredByEvent', 'flowElements', 'artifacts', 'laneSets', 'gives'],
    read: readSubprocess,
  },
};

export function readNode(element: ModdleElement, report: Report): Node | undefined {
  const kind = kinds[element.$type];
  if (!kind) {
    report.add('unsupported_element', element, tagOf(element));
    return undefined;
  }
  report.expect(element, kind.stated);
  return kind.read(element, report);
}

/** The one definition of an event; several on one event are not supported. */
function definitionOf(element: ModdleElement, report: Report): ModdleElement | undefined {
  const [only, ...more] = partsOf(element, 'eventDefinitions');
  for (const other of more) report.add('unsupported_element', element, tagOf(other));
  return only;
}

function readEnd(element: ModdleElement, report: Report): Node | undefined {
  const definition = definitionOf(element, report);
  switch (definition?.$type) {
    case undefined:
      return { ...head(element), kind: 'end' };
    case 'bpmn:TerminateEventDefinition':
      return { ...head(element), kind: 'terminate_end' };
    case 'bpmn:ErrorEventDefinition':
      return { ...head(element), kind: 'error_end', error: errorOf(definition, element, report) ?? missing(element, 'errorCode', report) };
    default:
      return unsupported(element, definition, report);
  }
}

function readThrow(element: ModdleElement, report: Report): Node | undefined {
  const definition = definitionOf(element, report);
  if (definition?.$type === 'bpmn:MessageEventDefinition')
    return { ...head(element), kind: 'send', message: messageOf(definition, element, report) };
  return unsupported(element, definition, report);
}

function readCatch(element: ModdleElement, report: Report): Node | undefined {
  const definition = definitionOf(element, report);
  if (definition?.$type === 'bpmn:MessageEventDefinition')
    return { ...head(element), kind: 'receive', message: messageOf(definition, element, report) };
  if (definition?.$type === 'bpmn:TimerEventDefinition')
    return { ...head(element), kind: 'timer', timer: readTimer(definition, element, report) };
  return unsupported(element, definition, report);
}

function readBoundary(element: ModdleElement, report: Report): Node | undefined {
  const definition = definitionOf(element, report);
  const host = partOf(element, 'attachedToRef');
  const trigger = definition && readTrigger(definition, element, report);
  if (!trigger) return unsupported(element, definition, report);
  const interrupting = element.get('cancelActivity') !== false || trigger.on === 'error';
  return { ...head(element), kind: 'boundary', host: host ? idOf(host) : missing(element, 'attachedToRef', report), interrupting, trigger };
}

function readTrigger(definition: ModdleElement, element: ModdleElement, report: Report): Trigger | undefined {
  if (definition.$type === 'bpmn:TimerEventDefinition') return { on: 'timer', timer: readTimer(definition, element, report) };
  if (definition.$type === 'bpmn:MessageEventDefinition') return { on: 'message', message: messageOf(definition, element, report) };
  if (definition.$type !== 'bpmn:ErrorEventDefinition') return undefined;
  const error = errorOf(definition, element, report);
  return { on: 'error', ...(error !== undefined && { error }) };
}

function readTimer(definition: ModdleElement, element: ModdleElement, report: Report): Timer {
  report.expect(definition, ['timeDuration', 'timeDate', 'timeCycle'], element);
  const forms = [
    ['duration', 'timeDuration'],
    ['date', 'timeDate'],
    ['cycle', 'timeCycle'],
  ] as const;
  for (const [form, property] of forms) {
    const value = bodyOf(definition, property);
    if (value !== undefined) return { form, value };
  }
  return { form: 'duration', value: missing(element, 'timeDuration', report) };
}

function messageOf(holder: ModdleElement, element: ModdleElement, report: Report): string {
  if (holder !== element) report.expect(holder, [], element);
  const referred = partOf(holder, 'messageRef');
  if (referred) report.expect(referred, []);
  return (referred && textOf(referred, 'name')) ?? missing(element, 'messageRef', report);
}

function errorOf(definition: ModdleElement, element: ModdleElement, report: Report): string | undefined {
  report.expect(definition, [], element);
  const referred = partOf(definition, 'errorRef');
  if (!referred) return undefined;
  report.expect(referred, ['errorCode']);
  return textOf(referred, 'errorCode') ?? missing(element, 'errorCode', report);
}

function readEventGateway(element: ModdleElement, report: Report): Node {
  if (element.get('eventGatewayType') === 'Parallel') report.add('unsupported_property', element, 'eventGatewayType="Parallel"');
  return { ...head(element), kind: 'event_gateway' };
}

function readSubprocess(element: ModdleElement, report: Report): Node | undefined {
  if (element.get('triggeredByEvent') === true) return missingKind(element, 'triggeredByEvent', report);
  return { ...head(element), kind: 'subprocess' };
}

function readTerms(element: ModdleElement): TaskTerms {
  const terms: Record<string, string> = {};
  for (const name of ['role', 'assignee', 'form', 'sla'] as const) {
    const value = textOf(element, `qianmo:${name}`);
    if (value !== undefined) terms[name] = value;
  }
  const apart = wordsOf(element, 'qianmo:apart');
  return { ...terms, ...(apart.length > 0 && { apart }) };
}

const modes: Readonly<Record<string, SignMode>> = { all: 'all', any: 'any', vote: 'vote' };

function readMulti(task: ModdleElement, report: Report): Multi | undefined {
  const loop = partOf(task, 'loopCharacteristics');
  if (!loop) return undefined;
  if (loop.$type !== 'bpmn:MultiInstanceLoopCharacteristics') {
    report.add('unsupported_element', task, tagOf(loop));
    return undefined;
  }
  report.expect(loop, ['isSequential', 'completionCondition', 'collection', 'item', 'mode', 'results', 'result'], task);
  const optional = {
    completion: bodyOf(loop, 'completionCondition'),
    results: textOf(loop, 'qianmo:results'),
    result: textOf(loop, 'qianmo:result'),
  };
  const mode = textOf(loop, 'qianmo:mode') ?? 'all';
  const signed = Object.hasOwn(modes, mode) ? modes[mode] : undefined;
  if (!signed) report.add('bad_term', task, `mode="${mode}"`);
  return {
    sequential: loop.get('isSequential') === true,
    collection: textOf(loop, 'qianmo:collection') ?? missing(task, 'collection', report),
    item: textOf(loop, 'qianmo:item') ?? 'signer',
    mode: signed ?? 'all',
    ...present(optional),
  };
}

function present(values: Readonly<Record<'completion' | 'results' | 'result', string | undefined>>): Partial<Multi> {
  const { completion, results, result } = values;
  return {
    ...(completion !== undefined && { completion }),
    ...(results !== undefined && { results }),
    ...(result !== undefined && { result }),
  };
}

function termOf(element: ModdleElement, name: string, report: Report): string {
  return textOf(element, name) ?? missing(element, name, report);
}

/** Says that something is missing; the definition is not answered then, so what stands in does not matter. */
function missing(element: ModdleElement, name: string, report: Report): string {
  report.add('missing_term', element, name);
  return '';
}

function missingKind(element: ModdleElement, property: string, report: Report): undefined {
  report.add('unsupported_property', element, property);
  return undefined;
}

function unsupported(element: ModdleElement, definition: ModdleElement | undefined, report: Report): undefined {
  report.add('unsupported_element', element, definition ? `${tagOf(element)} ${tagOf(definition)}` : tagOf(element));
  return undefined;
}
