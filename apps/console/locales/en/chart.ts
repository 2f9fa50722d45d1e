import type { chart as zh } from '../zh/chart.ts';

export const chart: typeof zh = { asTable: 'Table', asChart: 'Chart' };
