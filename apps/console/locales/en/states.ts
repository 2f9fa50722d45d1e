import type { states as zh } from '../zh/states.ts';

export const states: typeof zh = {
  loading: 'Loading',
  retry: 'Try again',
  back: 'Back',
  failed: {
    title: 'No data came back',
    network: 'The server cannot be reached. Check the network and try again; what you typed is still here.',
    unreadable: "The server's answer breaks the contract. Please give the place below to your engineers.",
  },
  forbidden: { title: 'Not permitted', body: 'This lies outside your post or grid. Ask your administrator if your work needs it.' },
  missing: { title: 'Nothing here', body: 'It may have been replaced, or it lies outside your grid.' },
  unknownWhy: 'Unknown: {{why}}',
  unknown: 'the source gave no value',
  code: 'Code {{code}}',
};
