export { allocate } from './allocate.ts';
export { divide } from './divide.ts';
export type { Rounding } from './divide.ts';
export { formatYuan, parseYuan } from './fen.ts';
export { formatPercent, ratePpm, shareOf, wholePpm } from './rate.ts';
