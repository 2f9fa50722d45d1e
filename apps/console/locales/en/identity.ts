import type { identity as zh } from '../zh/identity.ts';

export const identity: typeof zh = {
  lead: 'Two records that may be one person; a decision takes effect with the next publication',
  look: 'Show',
  total: '{{count}} pairs',
  none: 'Nothing to review',
  noneNext: 'Records with like names, phones and addresses but different IDs are listed here after a load.',
  left: 'A',
  right: 'B',
  sources: 'Sources',
  field: { name: 'Name', id_masked: 'ID', birth_date: 'Born', sex: 'Sex', phone_masked: 'Phone', address: 'Address', grid_code: 'Grid' },
};
