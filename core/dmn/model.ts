import type { Element } from './xml.ts';
import type { Parameter, TestsTree, Tree } from '#core/feel/syntax/tree.ts';
import type { FeelType } from '#core/feel/types.ts';

/** A decision model, read and parsed: every FEEL text is a source tree; nothing is evaluated yet. */
export interface DmnModel {
  readonly file: string;
  readonly name: string;
  readonly namespace: string;
  readonly types: ReadonlyMap<string, ItemType>;
  readonly inputs: readonly InputData[];
  /** In an order in which each decision comes after all it requires. */
  readonly decisions: readonly Decision[];
  readonly functions: readonly BusinessKnowledge[];
  readonly services: readonly DecisionService[];
  /** Models reached by `import`, by the name under which they are seen. */
  readonly imports: ReadonlyMap<string, DmnModel>;
}

export interface ItemType {
  readonly name: string;
  readonly type: FeelType;
  readonly allowed: TestsTree | undefined;
}

export interface InputData {
  readonly id: string;
  readonly name: string;
  readonly type: FeelType;
  readonly typeRef: string | undefined;
}

export interface Decision {
  readonly id: string;
  readonly name: string;
  readonly type: FeelType | undefined;
  readonly typeRef: string | undefined;
  readonly requires: readonly Requirement[];
  /** Absent for a decision that only has a question. */
  readonly expression: Tree | undefined;
  readonly element: Element;
}

export interface Requirement {
  readonly kind: 'input' | 'decision' | 'function' | 'service';
  readonly id: string;
  /** The name under which the value is seen; `prefix.name` for an imported one. */
  readonly name: string;
  /** The name of the import it comes from, if any. */
  readonly from: string | undefined;
}

export interface BusinessKnowledge {
  readonly id: string;
  readonly name: string;
  readonly type: FeelType | undefined;
  readonly params: readonly Parameter[];
  readonly paramTypes: readonly FeelType[];
  readonly body: Tree | undefined;
  readonly external: boolean;
  readonly requires: readonly Requirement[];
}

export interface DecisionService {
  readonly id: string;
  readonly name: string;
  readonly type: FeelType | undefined;
  readonly inputDecisions: readonly string[];
  readonly inputData: readonly string[];
  readonly outputDecisions: readonly string[];
}
