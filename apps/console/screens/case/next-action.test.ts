import { expect, test } from 'vitest';
import { verbName, type CasePage } from '#modules/process/contract.ts';
import { needsOf, offeredOf } from './next-action.ts';

const agree = { value: 'agree', name: { zh: '同意', en: 'Agree' } };
const refuse = { value: 'refuse', name: { zh: '不同意', en: 'Refuse' } };

function task(verbsNow: string[], more: Partial<CasePage['tasks'][number]> = {}): CasePage['tasks'][number] {
  return {
    task_id: 'T1',
    node: 'approve',
    name: '审批',
    role: 'approver',
    state: 'open',
    assignee: null,
    created_at: '2026-11-23T01:00:00Z',
    due_at: null,
    done_at: null,
    outcome: null,
    verbs: verbsNow,
    outcomes: [agree, refuse],
    returnable: [{ node: 'investigate', name: '调查' }],
    ...more,
  };
}

function page(tasks: CasePage['tasks'], status: CasePage['status'] = 'open'): CasePage {
  return {
    case_id: 'C1',
    process: 'loan',
    version: 1,
    process_title: { zh: '贷款', en: 'Loan' },
    subject_kind: 'application',
    subject_id: 'A1',
    grid_code: '320723103001',
    status,
    title: '葛永胜',
    product: '流水贷',
    amount_fen: '15000000',
    proposed_fen: '12000000',
    note: null,
    opened_at: '2026-11-23T01:00:00Z',
    opened_by: 'portal',
    ended_at: null,
    outcome: null,
    xml: '',
    at: [],
    tasks,
    history: [],
  };
}

const plain = { isSigned: () => false };
const told = (one: CasePage, permissions: string[] = [], isSigned = false): string => {
  const { first, beside, more } = offeredOf(one, (name) => permissions.includes(name), { isSigned: () => isSigned });
  const said = (action: typeof first): string => (action === null ? '-' : (action.outcome?.value ?? action.verb));
  return [said(first), beside.map(said).join(','), more.join(',')].join(' | ');
};

test.each([
  [
    'mine',
    page([task(['put_back', 'complete', 'return', 'hand_over', 'add_signer'])]),
    [],
    false,
    'agree | refuse,return | put_back,hand_over',
  ],
  ['mine, with nowhere to return to', page([task(['complete', 'return'], { returnable: [] })]), [], false, 'agree | refuse | '],
  ['mine and signed by several', page([task(['complete', 'add_signer'])]), [], true, 'agree | refuse | add_signer'],
  ['to be claimed', page([task(['claim', 'urge'])]), [], false, 'claim |  | urge'],
  ['somebody else’s', page([task([])]), [], false, '- |  | '],
  ['suspended', page([task(['resume', 'cancel'])], 'suspended'), [], false, 'resume |  | cancel'],
  ['just done by me', page([task(['take_back'], { state: 'done' }), task([], { task_id: 'T2' })]), [], false, 'take_back |  | '],
  ['stuck without a task', page([], 'stuck'), ['process.supervise', 'process.jump'], false, 'retry |  | suspend,cancel,jump'],
  ['suspended without a task', page([], 'suspended'), ['process.supervise'], false, 'resume |  | cancel'],
  ['waiting for the customer', page([]), ['process.supervise'], false, '- |  | suspend,cancel'],
  ['waiting, seen by somebody without a say', page([]), [], false, '- |  | '],
  ['over', page([], 'ended'), ['process.supervise', 'process.jump'], false, '- |  | '],
])('a case that is %s', (_what, one, permissions, isSigned, wanted) => {
  expect(told(one, permissions, isSigned)).toBe(wanted);
});

test('what is mine comes before what I could claim', () => {
  const mine = task(['complete'], { task_id: 'T2' });
  expect(offeredOf(page([task(['claim']), mine]), () => false, plain).task).toBe(mine);
});

test('each verb of the contract asks for what it needs, and no more', () => {
  const asking = verbName.options.flatMap((verb) => (needsOf({ verb }).length === 0 ? [] : [`${verb}: ${needsOf({ verb }).join(' ')}`]));
  expect(asking).toEqual([
    'return: node reason',
    'take_back: reason',
    'hand_over: staff reason',
    'delegate: staff reason',
    'add_signer: staff reason',
    'remove_signer: reason',
    'suspend: reason',
    'resume: reason',
    'retry: reason',
    'jump: node reason',
    'cancel: reason',
  ]);
  expect(needsOf({ verb: 'complete', outcome: refuse })).toEqual(['reason']);
  expect(needsOf({ verb: 'complete', outcome: agree })).toEqual([]);
});
