import { describe, expect, test } from 'vitest';
import { acts, after, isOver, states } from './lifecycle.ts';
import type { ActName, ApplicationState } from './lifecycle.ts';

const actNames = Object.keys(acts) as ActName[];

describe('the life of an application', () => {
  test('every pair of state and act is as the table says, and over is over', () => {
    for (const state of states) {
      for (const act of actNames) {
        const next = after(state, act);
        expect(next, `${state} ${act}`).toBe((acts[act].from as readonly string[]).includes(state) ? acts[act].to : null);
        if (isOver(state)) expect(next, `${state} ${act}`).toBeNull();
      }
    }
  });

  test.each<[string, ActName[], ApplicationState]>([
    ['a yes of the machine', ['identify', 'consent', 'show_face', 'answer', 'decide', 'offer', 'accept', 'prepare', 'sign'], 'signed'],
    [
      'through people, with a question back',
      ['identify', 'consent', 'show_face', 'answer', 'decide', 'refer', 'ask_more', 'supplement', 'offer', 'accept', 'prepare', 'sign'],
      'signed',
    ],
    ['a no', ['identify', 'consent', 'show_face', 'answer', 'decide', 'decline'], 'declined'],
    ['corrected twice', ['identify', 'identify', 'consent', 'consent', 'show_face', 'answer', 'answer', 'withdraw'], 'withdrawn'],
    ['a better price replaces an offer', ['identify', 'consent', 'show_face', 'answer', 'decide', 'offer', 'offer', 'expire'], 'expired'],
  ])('%s', (_name, way, end) => {
    let state: ApplicationState = 'begun';
    for (const act of way) {
      const next = after(state, act);
      if (next === null) throw new Error(`${act} after ${state}`);
      state = next;
    }
    expect(state).toBe(end);
  });

  test('nothing is signed that was not offered and accepted', () => {
    const before = (state: ApplicationState): ActName[] => actNames.filter((act) => acts[act].to === state);
    expect(before('signed')).toEqual(['sign']);
    expect(acts.sign.from).toEqual(['signing']);
    expect(before('signing')).toEqual(['prepare']);
    expect(acts.prepare.from).toEqual(['accepted']);
    expect(before('accepted')).toEqual(['accept']);
  });

  test('every state can be reached, and every one that is not over can be left', () => {
    const reached = new Set<ApplicationState>(['begun']);
    for (let grown = true; grown;) {
      grown = false;
      for (const state of reached) {
        for (const act of actNames) {
          const next = after(state, act);
          if (next !== null && !reached.has(next)) {
            reached.add(next);
            grown = true;
          }
        }
      }
    }
    expect([...reached].toSorted()).toEqual([...states].toSorted());
    for (const state of states)
      expect(
        actNames.some((act) => after(state, act) !== null),
        state,
      ).toBe(!isOver(state));
  });
});
