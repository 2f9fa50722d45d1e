export const chart = { asTable: '看表', asChart: '看图' };
