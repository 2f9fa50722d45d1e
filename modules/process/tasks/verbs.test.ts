import { describe, expect, test } from 'vitest';
import { verbName } from '../contract.ts';
import { openVerbs, refusalOf, verbNames, verbs } from './verbs.ts';
import type { Asked, Facts, VerbName } from './verbs.ts';

/** Somebody who may everything, on an open task of an open case that is theirs. */
const all: Facts = {
  task: { isOpen: true, assignee: 'me' },
  caseStatus: 'open',
  actorId: 'me',
  isCandidate: true,
  bar: null,
  isPrevious: true,
  isInvolved: true,
  isSupervisor: true,
  maySkip: true,
};
const words = { reason: '材料不全', outcome: 'agree', node: 'investigate', staffId: 'other' };
const asked = (verb: VerbName, left: Partial<Asked> = words): Asked => ({ verb, ...left });
const stranger: Facts = {
  ...all,
  task: { isOpen: true, assignee: 'another' },
  isCandidate: false,
  isPrevious: false,
  isInvolved: false,
  isSupervisor: false,
  maySkip: false,
};

describe('what stands in the way of a verb', () => {
  test('the contract names every verb and no other', () => {
    expect(verbName.options.toSorted()).toEqual(verbNames.toSorted());
  });

  test.each(verbNames)('%s: refused on a case that is over', (verb) => {
    for (const caseStatus of ['ended', 'cancelled'] as const) {
      expect(refusalOf(asked(verb), { ...all, caseStatus })).toBe('case_over');
    }
  });

  test.each(verbNames)('%s: done by whom it is for', (verb) => {
    const facts: Facts = {
      ...all,
      ...(verb === 'claim' ? { task: { isOpen: true, assignee: null } } : {}),
      ...(verb === 'resume' ? { caseStatus: 'suspended' } : {}),
      ...(verb === 'retry' ? { caseStatus: 'stuck' } : {}),
      ...(verb === 'take_back' ? { task: { isOpen: false, assignee: 'me' } } : {}),
    };
    expect(refusalOf(asked(verb), facts)).toBeNull();
  });

  test.each<[VerbName, ReturnType<typeof refusalOf>]>([
    ['claim', 'task_taken'],
    ['put_back', 'not_assignee'],
    ['complete', 'not_assignee'],
    ['return', 'not_assignee'],
    ['take_back', 'nothing_to_take_back'],
    ['hand_over', 'not_assignee'],
    ['delegate', 'not_assignee'],
    ['add_signer', 'not_assignee'],
    ['remove_signer', 'not_supervisor'],
    ['urge', 'not_supervisor'],
    ['suspend', 'not_supervisor'],
    ['jump', 'not_supervisor'],
    ['cancel', 'not_supervisor'],
  ])('%s by somebody it is not for: %s', (verb, refusal) => {
    const task = { isOpen: verb !== 'take_back', assignee: 'another' };
    expect(refusalOf(asked(verb), { ...stranger, task })).toBe(refusal);
  });

  test.each<[string, VerbName, Facts, ReturnType<typeof refusalOf>]>([
    ['somebody else has it', 'claim', all, 'task_taken'],
    ['of another post', 'claim', { ...all, task: { isOpen: true, assignee: null }, isCandidate: false }, 'not_candidate'],
    ['a relative', 'claim', { ...all, task: { isOpen: true, assignee: null }, bar: 'recused' }, 'recused'],
    ['held another post', 'claim', { ...all, task: { isOpen: true, assignee: null }, bar: 'other_post' }, 'other_post'],
    ['has signed', 'claim', { ...all, task: { isOpen: true, assignee: null }, bar: 'signed' }, 'signed_already'],
    ['done before', 'complete', { ...all, task: { isOpen: false, assignee: 'me' } }, 'task_over'],
    ['taken back while it is open', 'take_back', all, 'nothing_to_take_back'],
    ['a case is cancelled from a task that is done', 'cancel', { ...all, task: { isOpen: false, assignee: 'me' } }, null],
    ['suspended', 'complete', { ...all, caseStatus: 'suspended' }, 'case_suspended'],
    ['nothing is suspended', 'resume', all, 'case_not_suspended'],
    ['nothing is stuck', 'retry', all, 'case_not_stuck'],
    ['suspended cases may be cancelled', 'cancel', { ...all, caseStatus: 'suspended' }, null],
    ['supervisors hand over what is not theirs', 'hand_over', { ...stranger, isSupervisor: true }, null],
    ['whoever opened it may urge', 'urge', { ...stranger, isInvolved: true }, null],
  ])('%s', (_name, verb, facts, refusal) => {
    expect(refusalOf(asked(verb), facts)).toBe(refusal);
  });

  test.each<[VerbName, keyof typeof words, ReturnType<typeof refusalOf>]>([
    ['complete', 'outcome', 'outcome_missing'],
    ['return', 'node', 'node_missing'],
    ['return', 'reason', 'reason_missing'],
    ['hand_over', 'staffId', 'staff_missing'],
    ['delegate', 'staffId', 'staff_missing'],
    ['add_signer', 'staffId', 'staff_missing'],
    ['jump', 'node', 'node_missing'],
    ['cancel', 'reason', 'reason_missing'],
  ])('%s without %s: %s', (verb, left, refusal) => {
    expect(refusalOf({ ...asked(verb), [left]: '  ' }, all)).toBe(refusal);
  });

  test('buttons are what is refused for missing words at most', () => {
    expect(openVerbs(stranger)).toEqual([]);
    expect(openVerbs({ ...stranger, task: { isOpen: true, assignee: null }, isCandidate: true })).toEqual(['claim']);
    expect(openVerbs(all)).toEqual(verbNames.filter((verb) => !['claim', 'resume', 'retry', 'take_back'].includes(verb)));
    expect(openVerbs({ ...all, caseStatus: 'suspended' })).toEqual(['resume', 'cancel']);
  });

  test('every verb says who it is for, in both languages', () => {
    for (const verb of verbNames) {
      expect(verbs[verb].who.length, verb).toBeGreaterThan(0);
      expect(verbs[verb].name.zh, verb).toMatch(/\p{Script=Han}/u);
    }
  });
});
