export { costOf } from './cost.ts';
export type { Cost, Flow } from './cost.ts';
export { methods, periodsOf } from './periods.ts';
export type { Dates, Method, Period } from './periods.ts';
export { planLines } from './plan.ts';
export type { Line, PlanRequest } from './plan.ts';
export { planRefusals } from './refusal.ts';
export type { PlanRefusal, PlanRefusalCode } from './refusal.ts';
