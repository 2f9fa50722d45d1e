export { stage } from './contract.ts';
export { checkInputs } from './inputs.ts';
export { explain } from './explain.ts';
export { findIndicators, openStrategy, readPerson } from './library.ts';
export { noMeans } from './score-mean.ts';
export { screen } from './screen.ts';
export { StrategyError } from './strategy-error.ts';
export type { Inputs, Strategy } from './strategy.ts';
