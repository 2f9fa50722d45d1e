import type { reveal as zh } from '../zh/reveal.ts';

export const reveal: typeof zh = {
  id_no: 'ID number',
  phone: 'phone number',
  address: 'address',
  open: 'Show the full {{field}}',
  hint: 'Show the full number: asks for a reason and is logged',
  title: 'Show the full {{field}}',
  reason: 'Why you need it (at least 4 characters)',
  example: 'For example: call to agree the signing day',
  note: 'This goes into the audit log: who, when, whose, what and why. It hides again after 30 seconds.',
  show: 'Show',
  cancel: 'Not now',
};
