export { generate, RequestError } from './generate.ts';
export type { CountyReport, FileReport, Request } from './generate.ts';
