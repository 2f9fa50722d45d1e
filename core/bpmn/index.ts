export {
  definitionVersion,
  type Definition,
  type Flow,
  type Json,
  type Multi,
  type Node,
  type NodeKind,
  type NodeOf,
  type SignMode,
  type TaskTerms,
  type Timer,
  type Trigger,
  type Variables,
} from './definition.ts';
export {
  readState,
  stateVersion,
  type Counters,
  type Effect,
  type End,
  type Event,
  type FaultCode,
  type Refusal,
  type RefusalCode,
  type State,
  type Step,
  type Token,
  type Visit,
} from './state.ts';
export { advance, isRefusal, start } from './machine.ts';
export { parseProcess, type Parsed } from './parse.ts';
export { findingCodes, hasErrors, type Finding, type FindingCode, type Level, type Words } from './findings.ts';
export { extensionUri, qianmoDescriptor } from './extension.ts';
export { checkProcess, type Known } from './check.ts';
