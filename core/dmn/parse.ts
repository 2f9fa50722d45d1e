/** DMN 1.3, 1.4 or 1.5 XML → `DmnModel`. What it does not know it refuses, with the place; nothing is dropped in silence. */
import { canonicalName, type Names } from '#core/feel/syntax/names.ts';
import type { Parameter } from '#core/feel/syntax/tree.ts';
import { namesIn, type FeelType } from '#core/feel/types.ts';
import { readBoxed, readParameters } from './boxed.ts';
import { readItemTypes, typeOfRef, type TypeScope } from './item-types.ts';
import type { BusinessKnowledge, Decision, DecisionService, DmnModel, InputData, ItemType, Requirement } from './model.ts';
import type { BoxedScope } from './scope.ts';
import { shapeOf } from './shape.ts';
import { child, childrenNamed, parseXml, refuseElement, type Element } from './xml.ts';

const modelNamespaces = new Set([
  'https://www.omg.org/spec/DMN/20191111/MODEL/',
  'https://www.omg.org/spec/DMN/20211108/MODEL/',
  'https://www.omg.org/spec/DMN/20230324/MODEL/',
]);

const definitionsChildren = new Set([
  'description',
  'extensionElements',
  'import',
  'itemDefinition',
  'inputData',
  'decision',
  'businessKnowledgeModel',
  'decisionService',
  'knowledgeSource',
  'elementCollection',
  'performanceIndicator',
  'organizationUnit',
  'textAnnotation',
  'association',
  'group',
]);

export interface ParseOptions {
  readonly file: string;
  /** The already parsed models that `import` elements may name, by namespace. */
  readonly imports?: ReadonlyMap<string, DmnModel>;
}

/**
 * Reads a decision model.
 * @throws DmnError with file, line and column when the XML, an element or a FEEL text cannot be read.
 */
export function parseDmn(xml: string, options: ParseOptions): DmnModel {
  const root = parseXml(xml, options.file);
  if (root.name !== 'definitions' || !modelNamespaces.has(root.namespace)) {
    throw refuseElement(root, root.name, '不是 DMN 1.3–1.5 模型', 'not a DMN 1.3–1.5 model');
  }
  for (const part of root.children) {
    if (part.namespace === root.namespace && !definitionsChildren.has(part.name)) {
      throw refuseElement(part, part.name, `不认识的元素 <${part.name}>`, `unknown element <${part.name}>`);
    }
  }
  return new ModelReader(root, options).read();
}

class ModelReader {
  private readonly root: Element;
  private readonly options: ParseOptions;
  private readonly imports: Map<string, DmnModel>;
  private readonly types: TypeScope;
  private readonly inputs: InputData[];
  private readonly decisions = new Map<string, Decision>();
  private readonly functions = new Map<string, BusinessKnowledge>();
  private readonly services: DecisionService[];
  private readonly reading = new Set<string>();
  private readonly byId = new Map<string, Element>();

  constructor(root: Element, options: ParseOptions) {
    this.root = root;
    this.options = options;
    this.imports = new Map();
    for (const each of childrenNamed(root, 'import')) this.readImport(each);
    for (const each of root.children) if (each.attributes['id']) this.byId.set(each.attributes['id'], each);
    this.types = { own: new Map(), imports: this.imports };
    for (const item of readItemTypes(childrenNamed(root, 'itemDefinition'), this.types))
      (this.types.own as Map<string, ItemType>).set(item.name, item);
    this.inputs = childrenNamed(root, 'inputData').map((each) => this.readInput(each));
    this.services = childrenNamed(root, 'decisionService').map((each) => this.readService(each));
  }

  read(): DmnModel {
    for (const each of childrenNamed(this.root, 'businessKnowledgeModel')) this.functionOf(each);
    for (const each of childrenNamed(this.root, 'decision')) this.decisionOf(each);
    this.refuseDoubles();
    return {
      file: this.options.file,
      name: this.root.attributes['name'] ?? this.options.file,
      namespace: this.root.attributes['namespace'] ?? '',
      types: this.types.own,
      inputs: this.inputs,
      decisions: [...this.decisions.values()],
      functions: [...this.functions.values()],
      services: this.services,
      imports: this.imports,
    };
  }

  private refuseDoubles(): void {
    const seen = new Set<string>();
    for (const kind of ['inputData', 'decision', 'businessKnowledgeModel']) {
      for (const each of childrenNamed(this.root, kind)) {
        const name = canonicalName(each.attributes['name'] ?? '');
        if (seen.has(name)) throw refuseElement(each, `${kind} "${name}"`, `名称“${name}”重复`, `the name "${name}" is used twice`);
        seen.add(name);
      }
    }
  }

  private readImport(element: Element): void {
    const namespace = element.attributes['namespace'] ?? '';
    const found = this.options.imports?.get(namespace);
    const importsModel = modelNamespaces.has(element.attributes['importType'] ?? '');
    if (!importsModel) return;
    if (!found) throw refuseElement(element, 'import', `找不到被引入的模型 ${namespace}`, `the imported model ${namespace} was not given`);
    this.imports.set(element.attributes['name'] ?? '', found);
  }

  private readInput(element: Element): InputData {
    const name = nameOf(element);
    const typeRef = child(element, 'variable')?.attributes['typeRef'];
    return { id: element.attributes['id'] ?? name, name, type: typeOfRef(typeRef, this.types, element), typeRef };
  }

  private readService(element: Element): DecisionService {
    const name = nameOf(element);
    const refs = (kind: string): string[] => childrenNamed(element, kind).map((each) => idIn(each));
    const typeRef = child(element, 'variable')?.attributes['typeRef'];
    return {
      id: element.attributes['id'] ?? name,
      name,
      type: typeRef === undefined ? undefined : typeOfRef(typeRef, this.types, element),
      inputDecisions: refs('inputDecision'),
      inputData: refs('inputData'),
      outputDecisions: refs('outputDecision'),
    };
  }

  private decisionOf(element: Element): Decision {
    const name = nameOf(element);
    const id = element.attributes['id'] ?? name;
    const known = this.decisions.get(id);
    if (known) return known;
    const label = `decision "${name}"`;
    if (this.reading.has(id)) throw refuseElement(element, label, '决策互相依赖，成了环', 'the decision depends on itself');
    this.reading.add(id);
    const requires = this.requirements(element, label);
    const body = element.children.find((each) => each.namespace === element.namespace && !decisionParts.has(each.name));
    const typeRef = child(element, 'variable')?.attributes['typeRef'];
    const scope = this.scopeOf(requires);
    const decision: Decision = {
      id,
      name,
      type: typeRef === undefined ? undefined : typeOfRef(typeRef, this.types, element),
      typeRef,
      requires,
      expression: body && readBoxed(body, label, scope),
      element,
    };
    this.reading.delete(id);
    this.decisions.set(id, decision);
    return decision;
  }

  private functionOf(element: Element): BusinessKnowledge {
    const name = nameOf(element);
    const id = element.attributes['id'] ?? name;
    const known = this.functions.get(id);
    if (known) return known;
    const label = `businessKnowledgeModel "${name}"`;
    if (this.reading.has(id)) throw refuseElement(element, label, '知识模型互相依赖，成了环', 'the function depends on itself');
    this.reading.add(id);
    const requires = this.requirements(element, label);
    const logic = child(element, 'encapsulatedLogic');
    const scope = this.scopeOf(requires);
    const params: Parameter[] = logic ? readParameters(logic, label, scope) : [];
    const typeRef = child(element, 'variable')?.attributes['typeRef'];
    const declared = typeRef === undefined ? undefined : typeOfRef(typeRef, this.types, element);
    const inner = new Map(scope.names);
    inner.set(name, declared ? namesIn(declared) : 1);
    for (const [index, each] of childrenNamed(logic ?? element, 'formalParameter').entries()) {
      inner.set(params[index]?.name ?? '', namesIn(typeOfRef(each.attributes['typeRef'], this.types, each)));
    }
    const body = logic?.children.find((each) => each.namespace === element.namespace && !functionParts.has(each.name));
    const bkm: BusinessKnowledge = {
      id,
      name,
      type: (declared?.kind === 'function' ? declared.returns : declared) ?? this.bodyType(body),
      params,
      paramTypes: logic
        ? childrenNamed(logic, 'formalParameter').map((each) => typeOfRef(each.attributes['typeRef'], this.types, each))
        : [],
      body: body && readBoxed(body, label, { ...scope, names: inner }),
      external: (logic?.attributes['kind'] ?? 'FEEL') !== 'FEEL',
      requires,
    };
    this.reading.delete(id);
    this.functions.set(id, bkm);
    return bkm;
  }

  private bodyType(body: Element | undefined): FeelType | undefined {
    const typeRef = body?.attributes['typeRef'];
    return body && typeRef !== undefined ? typeOfRef(typeRef, this.types, body) : undefined;
  }

  private requirements(element: Element, label: string): Requirement[] {
    const found: Requirement[] = [];
    for (const each of [...childrenNamed(element, 'informationRequirement'), ...childrenNamed(element, 'knowledgeRequirement')]) {
      for (const target of each.children) {
        if (target.namespace === element.namespace && target.attributes['href'] !== undefined) found.push(this.requirement(target, label));
      }
    }
    return found;
  }

  private requirement(target: Element, label: string): Requirement {
    const href = target.attributes['href'] ?? '';
    const id = idIn(target);
    const namespace = href.slice(0, Math.max(href.indexOf('#'), 0));
    if (namespace !== '' && namespace !== this.root.attributes['namespace']) return this.importedRequirement(target, namespace, id, label);
    const element = this.byId.get(id);
    if (!element) throw refuseElement(target, label, `引用的元素 #${id} 不存在`, `the required element #${id} does not exist`);
    const name = nameOf(element);
    switch (element.name) {
      case 'inputData':
        return { kind: 'input', id, name, from: undefined };
      case 'decision':
        this.decisionOf(element);
        return { kind: 'decision', id, name, from: undefined };
      case 'decisionService':
        return { kind: 'service', id, name, from: undefined };
      case 'businessKnowledgeModel':
        this.functionOf(element);
        return { kind: 'function', id, name, from: undefined };
      default:
        throw refuseElement(target, label, `不能依赖 <${element.name}>`, `a <${element.name}> cannot be required`);
    }
  }

  private importedRequirement(target: Element, namespace: string, id: string, label: string): Requirement {
    for (const [prefix, model] of this.imports) {
      if (model.namespace !== namespace) continue;
      const found = elementsOf(model).find((each) => each.id === id);
      if (found) return { kind: found.kind, id, name: prefix === '' ? found.name : `${prefix}.${found.name}`, from: prefix };
    }
    throw refuseElement(target, label, `引用的元素 ${namespace}#${id} 不存在`, `the required element ${namespace}#${id} does not exist`);
  }

  private scopeOf(requires: readonly Requirement[]): BoxedScope {
    const names = new Map<string, Names | 1>();
    const imported = new Map<string, Record<string, Names | 1>>();
    for (const each of requires) {
      if (each.from === undefined || each.from === '') {
        names.set(each.name, this.shapeOfRequired(each, this.imports.get(each.from ?? '') ?? undefined));
        continue;
      }
      const model = this.imports.get(each.from);
      const inside = imported.get(each.from) ?? {};
      inside[each.name.slice(each.from.length + 1)] = this.shapeOfRequired(each, model);
      imported.set(each.from, inside);
    }
    for (const [prefix, inside] of imported) names.set(prefix, inside);
    return { names, types: this.types };
  }

  private shapeOfRequired(required: Requirement, model: DmnModel | undefined): Names | 1 {
    if (required.kind === 'input') {
      const found = (model?.inputs ?? this.inputs).find((each) => each.id === required.id);
      return found ? namesIn(found.type) : 1;
    }
    if (required.kind === 'decision') {
      const found = model?.decisions.find((each) => each.id === required.id) ?? this.decisions.get(required.id);
      return shapeOf(found?.type, found?.expression);
    }
    if (required.kind === 'service') {
      const found = (model?.services ?? this.services).find((each) => each.id === required.id);
      return found?.type ? namesIn(found.type) : 1;
    }
    const found = model?.functions.find((each) => each.id === required.id) ?? this.functions.get(required.id);
    return shapeOf(found?.type, found?.body);
  }
}

const decisionParts = new Set([
  'description',
  'extensionElements',
  'question',
  'allowedAnswers',
  'variable',
  'informationRequirement',
  'knowledgeRequirement',
  'authorityRequirement',
  'supportedObjective',
  'impactedPerformanceIndicator',
  'decisionMaker',
  'decisionOwner',
  'usingProcess',
  'usingTask',
]);
const functionParts = new Set(['description', 'extensionElements', 'formalParameter']);

function nameOf(element: Element): string {
  const name = element.attributes['name'] ?? child(element, 'variable')?.attributes['name'];
  if (name === undefined || name.trim() === '') throw refuseElement(element, element.name, '缺少名称', 'the name is missing');
  return name.replace(/\s+/g, ' ').trim();
}

function idIn(reference: Element): string {
  const href = reference.attributes['href'] ?? '';
  return href.slice(href.indexOf('#') + 1);
}

function elementsOf(model: DmnModel): { kind: Requirement['kind']; id: string; name: string }[] {
  return [
    ...model.inputs.map((each) => ({ kind: 'input' as const, id: each.id, name: each.name })),
    ...model.decisions.map((each) => ({ kind: 'decision' as const, id: each.id, name: each.name })),
    ...model.functions.map((each) => ({ kind: 'function' as const, id: each.id, name: each.name })),
    ...model.services.map((each) => ({ kind: 'service' as const, id: each.id, name: each.name })),
  ];
}
