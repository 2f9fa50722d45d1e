import { type Builtin, structural } from './record.ts';

export const logicBuiltins: readonly Builtin[] = [
  {
    name: 'not',
    params: [['negand']],
    evaluate: ([value, ...rest]) => (typeof value === 'boolean' && rest.length === 0 ? !value : null),
    compiled: structural,
  },
  { name: 'is defined', params: [['value']], evaluate: ([value]) => value !== undefined && value !== null, compiled: structural },
];
