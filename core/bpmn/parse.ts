/** BPMN 2.0 XML → `Definition`, through bpmn-moddle. What it does not know is a finding; nothing is dropped in silence. */
import { BpmnModdle, type ModdleElement, type ModdleWarning } from 'bpmn-moddle';
import { definitionVersion, type Definition, type Flow, type Node } from './definition.ts';
import { bodyOf, idOf, nameOf, partOf, partsOf, statedBy, tagOf, wordsOf } from './elements.ts';
import { qianmoDescriptor } from './extension.ts';
import { finding, hasErrors, type Finding, type FindingCode } from './findings.ts';
import { guardXml } from './guard.ts';
import { readNode, type Report } from './parse-node.ts';
import { checkStructure } from './structure.ts';

export type Parsed =
  | { readonly definition: Definition; readonly findings: readonly Finding[] }
  | { readonly definition?: undefined; readonly findings: readonly Finding[] };

/** Reads a process. A definition that is answered can be run; its findings are then notes. */
export async function parseProcess(xml: string): Promise<Parsed> {
  const guarded = guardXml(xml);
  if (hasErrors(guarded)) return { findings: guarded };
  const { rootElement, warnings } = await new BpmnModdle({ qianmo: qianmoDescriptor }).fromXML(xml);
  const reader = new ProcessReader();
  const definition = reader.read(rootElement);
  const findings = [...guarded, ...warnings.map(warned), ...reader.findings];
  if (!definition || hasErrors(findings)) return { findings };
  const structure = checkStructure(definition);
  return hasErrors(structure) ? { findings: [...findings, ...structure] } : { definition, findings: [...findings, ...structure] };
}

/** moddle tells in warnings what it left out. */
function warned(warning: ModdleWarning): Finding {
  const [message = '', ...more] = warning.message.split('\n');
  const line = /line: (\d+)/.exec(more.join('\n'))?.[1];
  const place = {
    id: warning.element ? idOf(warning.element) : '',
    name: warning.element ? nameOf(warning.element) : '',
    ...(line !== undefined && { line: Number(line) + 1 }),
  };
  const isReference = message.startsWith('unresolved reference');
  return finding(
    isReference ? 'unresolved_reference' : 'unknown_content',
    place,
    isReference ? (warning.value ?? '') : message.slice(0, 200),
  );
}

/** Elements that say something to people, and nothing to the machine. */
const pictures = new Set([
  'bpmn:TextAnnotation',
  'bpmn:Association',
  'bpmn:Group',
  'bpmn:Category',
  'bpmn:Collaboration',
  'bpmn:DataObject',
  'bpmn:DataObjectReference',
  'bpmn:DataStore',
  'bpmn:DataStoreReference',
]);
const silent = new Set(['bpmn:TextAnnotation', 'bpmn:Association', 'bpmn:Group', 'bpmn:Category']);
/** Named by events, and read from there. */
const named = new Set(['bpmn:Message', 'bpmn:Error']);

const alwaysStated = ['id', 'name', 'documentation', 'extensionElements'];
const processStated = [...alwaysStated, 'isExecutable', 'processType', 'isClosed', 'laneSets', 'flowElements', 'artifacts', 'variables'];

class ProcessReader implements Report {
  readonly findings: Finding[] = [];
  private readonly nodes: Node[] = [];
  private readonly flows: Flow[] = [];

  read(root: ModdleElement): Definition | undefined {
    const processes = partsOf(root, 'rootElements').filter((each) => this.isProcess(each));
    const executable = processes.filter((each) => each.get('isExecutable') === true);
    const process = executable[0];
    if (!process) this.add('no_process', root);
    else if (executable.length > 1) this.add('many_processes', process);
    for (const other of processes) if (other !== process) this.add('drawing_only', other, tagOf(other));
    return process && this.readProcess(process);
  }

  add(code: FindingCode, element: ModdleElement, detail = ''): void {
    this.findings.push(finding(code, { id: idOf(element), name: nameOf(element) }, detail));
  }

  /** Whatever the file states of an element beyond what is read. */
  expect(element: ModdleElement, stated: readonly string[], place = element): void {
    for (const key of statedBy(element)) {
      if (!stated.includes(key) && !alwaysStated.includes(key)) this.add('unsupported_property', place, `${tagOf(element)} ${key}`);
    }
  }

  private isProcess(element: ModdleElement): boolean {
    if (element.$type === 'bpmn:Process') return true;
    if (!named.has(element.$type) && !this.isPicture(element)) this.add('unsupported_element', element, tagOf(element));
    return false;
  }

  private isPicture(element: ModdleElement): boolean {
    if (!pictures.has(element.$type)) return false;
    if (!silent.has(element.$type)) this.add('drawing_only', element, tagOf(element));
    return true;
  }

  private readProcess(process: ModdleElement): Definition {
    this.expect(process, processStated);
    if (idOf(process) === '') this.add('no_id', process, tagOf(process));
    this.readScope(process, undefined);
    const { nodes, flows } = this;
    return {
      version: definitionVersion,
      id: idOf(process),
      name: nameOf(process),
      variables: wordsOf(process, 'qianmo:variables'),
      nodes,
      flows,
    };
  }

  private readScope(holder: ModdleElement, scope: string | undefined): void {
    for (const lanes of partsOf(holder, 'laneSets')) this.add('drawing_only', lanes, tagOf(lanes));
    for (const artifact of partsOf(holder, 'artifacts'))
      if (!this.isPicture(artifact)) this.add('unsupported_element', artifact, tagOf(artifact));
    for (const element of partsOf(holder, 'flowElements')) {
      if (this.isPicture(element)) continue;
      if (idOf(element) === '') this.add('no_id', element, tagOf(element));
      else if (element.$type === 'bpmn:SequenceFlow') this.readFlow(element);
      else this.readNode(element, scope);
    }
  }

  private readNode(element: ModdleElement, scope: string | undefined): void {
    const node = readNode(element, this);
    if (!node) return;
    const gives = wordsOf(element, 'qianmo:gives');
    this.nodes.push({ ...node, ...(scope !== undefined && { scope }), ...(gives.length > 0 && { gives }) });
    if (node.kind === 'subprocess') this.readScope(element, node.id);
  }

  private readFlow(element: ModdleElement): void {
    this.expect(element, ['conditionExpression']);
    const [from, to] = [partOf(element, 'sourceRef'), partOf(element, 'targetRef')];
    if (!from || !to) return this.add('flow_without_end', element);
    const condition = bodyOf(element, 'conditionExpression');
    this.flows.push({
      id: idOf(element),
      name: nameOf(element),
      from: idOf(from),
      to: idOf(to),
      ...(condition !== undefined && { condition }),
    });
  }
}
