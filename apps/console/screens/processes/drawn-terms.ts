/** Which properties of our own a drawn element has, by its BPMN type. Pure. */
export type Term = 'role' | 'assignee' | 'form' | 'sla' | 'apart' | 'service' | 'decision' | 'variables';

const terms: Readonly<Record<string, readonly Term[]>> = {
  'bpmn:UserTask': ['role', 'form', 'sla', 'apart', 'assignee'],
  'bpmn:ServiceTask': ['service'],
  'bpmn:BusinessRuleTask': ['decision'],
  'bpmn:Process': ['variables'],
};

export const termsOf = (type: string): readonly Term[] => terms[type] ?? [];
/** Only what leaves a gateway that chooses, or a step, is taken on a condition. */
export const hasCondition = (type: string, fromType: string): boolean =>
  type === 'bpmn:SequenceFlow' && fromType !== 'bpmn:ParallelGateway' && fromType !== 'bpmn:EventBasedGateway';
export const canBeSigned = (type: string): boolean => type === 'bpmn:UserTask';

export const signModes = ['none', 'all', 'any', 'vote'] as const;
export type SignMode = (typeof signModes)[number];
export const signTerms = ['collection', 'item', 'results', 'result'] as const;
export type SignTerm = (typeof signTerms)[number];
