export { pagesOf, printPaper } from './paper.ts';
export type { Paper, PaperColumn, Part } from './paper.ts';
