/** What is wrong or doubtful in a process before it is deployed: names the bank does not know, and how its tokens can run. */
import type { Definition, Node } from './definition.ts';
import { compileFeel, feelFault } from './feel.ts';
import { finding, type Finding } from './findings.ts';
import { checkSoundness } from './soundness.ts';
import { checkStructure } from './structure.ts';
import { hasErrors } from './findings.ts';

/** What a bank has: names, with the variables that each is known to give. */
export interface Known {
  readonly services: ReadonlyMap<string, readonly string[]>;
  readonly decisions: ReadonlyMap<string, readonly string[]>;
  readonly forms: ReadonlyMap<string, readonly string[]>;
  readonly roles: ReadonlySet<string>;
}

/** Findings in the order of the definition; how tokens run is looked at once the structure is right. */
export function checkProcess(definition: Definition, known: Known): Finding[] {
  const structure = checkStructure(definition);
  const names = definition.nodes.flatMap((node) => nameFindings(node, known, definition));
  const branches = definition.nodes.flatMap((node) => branchFindings(node, definition));
  const soundness = hasErrors(structure) ? [] : checkSoundness(definition);
  return [...structure, ...names, ...variableFindings(definition, known), ...branches, ...soundness];
}

function nameFindings(node: Node, known: Known, definition: Definition): Finding[] {
  if (node.kind === 'service') return known.services.has(node.service) ? [] : [finding('unknown_service', node, node.service)];
  if (node.kind === 'rule') return known.decisions.has(node.decision) ? [] : [finding('unknown_decision', node, node.decision)];
  if (node.kind !== 'user') return [];
  const { role, form, assignee, apart = [] } = node.terms;
  return [
    ...(role !== undefined && !known.roles.has(role) ? [finding('unknown_role', node, role)] : []),
    ...(form !== undefined && !known.forms.has(form) ? [finding('unknown_form', node, form)] : []),
    ...(role === undefined && assignee === undefined && !node.multi
      ? [finding('task_for_nobody', node, { zh: '既没有岗位，也没有办理人', en: 'neither role nor assignee' })]
      : []),
    ...(apart.includes(node.id) ? [finding('task_for_nobody', node, { zh: '与自己不相容', en: 'it must be apart from itself' })] : []),
    ...apart.filter((id) => !isUserTask(definition, id)).map((id) => finding('unresolved_reference', node, id)),
  ];
}

function isUserTask(definition: Definition, id: string): boolean {
  return definition.nodes.some((node) => node.id === id && node.kind === 'user');
}

const counters = ['numberOfInstances', 'numberOfActiveInstances', 'numberOfCompletedInstances', 'numberOfTerminatedInstances', 'results'];

function variableFindings(definition: Definition, known: Known): Finding[] {
  const given = new Set([...definition.variables, ...definition.nodes.flatMap((node) => givenBy(node, known))]);
  return readings(definition).flatMap(({ place, text, more }) => {
    if (feelFault(text)) return [];
    const unknown = compileFeel(text).reads.filter((name) => !given.has(name) && !more.includes(name));
    return unknown.map((name) => finding('unknown_variable', place, name));
  });
}

function givenBy(node: Node, known: Known): readonly string[] {
  const own = node.gives ?? [];
  if (node.kind === 'service') return [...own, ...(known.services.get(node.service) ?? [])];
  if (node.kind === 'rule') return [...own, ...(known.decisions.get(node.decision) ?? [])];
  if (node.kind !== 'user') return own;
  const form = node.terms.form === undefined ? [] : (known.forms.get(node.terms.form) ?? []);
  return [...own, ...form, ...(node.multi?.results === undefined ? [] : [node.multi.results])];
}

interface Reading {
  readonly place: { readonly id: string; readonly name: string };
  readonly text: string;
  /** Names that this expression has beside the variables of the case. */
  readonly more: readonly string[];
}

function readings(definition: Definition): Reading[] {
  const conditions = definition.flows.flatMap((flow) =>
    flow.condition === undefined ? [] : [{ place: flow, text: flow.condition, more: [] }],
  );
  return [...conditions, ...definition.nodes.flatMap(readingsOf)];
}

function readingsOf(node: Node): Reading[] {
  const timer =
    node.kind === 'timer' ? node.timer : node.kind === 'boundary' && node.trigger.on === 'timer' ? node.trigger.timer : undefined;
  if (timer) return timer.value.trim().startsWith('=') ? [{ place: node, text: timer.value, more: [] }] : [];
  if (node.kind !== 'user') return [];
  const { multi, terms } = node;
  const item = multi ? [multi.item] : [];
  const texts: readonly (readonly [string | undefined, readonly string[]])[] = [
    [terms.assignee, item],
    [multi?.collection, []],
    [multi?.completion, counters],
    [multi?.result, item],
  ];
  return texts.flatMap(([text, more]) => (text === undefined ? [] : [{ place: node, text, more }]));
}

function branchFindings(node: Node, definition: Definition): Finding[] {
  if (node.kind !== 'exclusive' && node.kind !== 'inclusive') return [];
  const out = definition.flows.filter((flow) => flow.from === node.id);
  if (out.length < 2) return [];
  const open = out.filter((flow) => flow.condition === undefined && flow.id !== node.default);
  const needsDefault = node.default === undefined && open.length === 0;
  return [
    ...(needsDefault ? [finding('gateway_without_default', node)] : []),
    ...open.map((flow) => finding('flow_without_condition', flow)),
  ];
}
