/** What an application may become. Pure. */

export const states = [
  'begun',
  'identified',
  'consented',
  'seen',
  'answered',
  'deciding',
  'referred',
  'supplement',
  'offered',
  'accepted',
  'signing',
  'signed',
  'declined',
  'withdrawn',
  'expired',
  'cancelled',
] as const;
export type ApplicationState = (typeof states)[number];

interface Act {
  readonly from: readonly ApplicationState[];
  readonly to: ApplicationState;
  readonly by: 'borrower' | 'bank' | 'machine' | 'clock';
}

const underWay = [
  'begun',
  'identified',
  'consented',
  'seen',
  'answered',
  'deciding',
  'referred',
  'supplement',
  'offered',
  'accepted',
  'signing',
] as const satisfies readonly ApplicationState[];

export const acts = {
  identify: { from: ['begun', 'identified'], to: 'identified', by: 'borrower' },
  consent: { from: ['identified', 'consented'], to: 'consented', by: 'borrower' },
  show_face: { from: ['consented', 'seen'], to: 'seen', by: 'borrower' },
  answer: { from: ['seen', 'answered'], to: 'answered', by: 'borrower' },
  decide: { from: ['answered'], to: 'deciding', by: 'borrower' },
  refer: { from: ['deciding'], to: 'referred', by: 'machine' },
  offer: { from: ['deciding', 'referred', 'offered'], to: 'offered', by: 'bank' },
  /** People have taken the case back from whatever the borrower was asked for. */
  reconsider: { from: ['supplement', 'offered', 'accepted', 'signing'], to: 'referred', by: 'bank' },
  decline: { from: ['deciding', 'referred'], to: 'declined', by: 'bank' },
  ask_more: { from: ['referred'], to: 'supplement', by: 'bank' },
  supplement: { from: ['supplement'], to: 'referred', by: 'borrower' },
  accept: { from: ['offered'], to: 'accepted', by: 'borrower' },
  prepare: { from: ['accepted'], to: 'signing', by: 'machine' },
  sign: { from: ['signing'], to: 'signed', by: 'borrower' },
  withdraw: { from: underWay, to: 'withdrawn', by: 'borrower' },
  expire: { from: underWay, to: 'expired', by: 'clock' },
  cancel: { from: underWay, to: 'cancelled', by: 'bank' },
} as const satisfies Record<string, Act>;
export type ActName = keyof typeof acts;

/** States after which nothing happens to the application any more; a signed one lives on as a facility. */
const overs: readonly ApplicationState[] = ['signed', 'declined', 'withdrawn', 'expired', 'cancelled'];
export const isOver = (state: ApplicationState): boolean => overs.includes(state);

/** The state after an act; null when the act does not belong to the state. */
export function after(state: ApplicationState, act: ActName): ApplicationState | null {
  const { from, to }: Act = acts[act];
  return from.includes(state) ? to : null;
}

/** Days until a person may apply again for the same product, by how the last application ended. */
export const reapplyDays: Readonly<Partial<Record<ApplicationState, number>>> = { declined: 30, withdrawn: 0, expired: 0, cancelled: 0 };
