export { explainFault } from './fault.ts';
export { createLog, openLog, scrub } from './log.ts';
