import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { advance, isRefusal, readState, start, type Definition, type Effect, type Event, type State } from './index.ts';
import { definitionOf, Drive, flows, noon } from './testing/process.ts';

const timer = (form: string) => `<timerEventDefinition>${form}</timerEventDefinition>`;
const inner = `<startEvent id="is"/><inclusiveGateway id="ig" default="i3"/><inclusiveGateway id="ij"/><userTask id="ia" qianmo:role="r"/><serviceTask id="ib" qianmo:service="s"/><endEvent id="ie"/>
  ${flows('i1: is -> ig\ni2: ig -> ia [x > 1]\ni3: ig -> ib\ni4: ig -> ij [y > 1]\ni5: ia -> ij\ni6: ib -> ij\ni7: ij -> ie')}`;

/** Everything the profile has, in one process. */
const everything = `<startEvent id="s"/><endEvent id="end"/><parallelGateway id="fork"/><parallelGateway id="join"/><exclusiveGateway id="merge"/>
  <exclusiveGateway id="choice" default="f9"/><serviceTask id="pull" qianmo:service="s"/><businessRuleTask id="rate" qianmo:decision="d"/><userTask id="visit" qianmo:role="r"/>
  <userTask id="sign" qianmo:role="r"><multiInstanceLoopCharacteristics qianmo:collection="list" qianmo:results="votes" qianmo:mode="any"/></userTask>
  <userTask id="order" qianmo:role="r"><multiInstanceLoopCharacteristics isSequential="true" qianmo:collection="list"/></userTask>
  <subProcess id="sub">${inner}</subProcess><eventBasedGateway id="wait"/><receiveTask id="paid" messageRef="msg1"/>
  <intermediateCatchEvent id="late">${timer('<timeDuration>PT1H</timeDuration>')}</intermediateCatchEvent>
  <boundaryEvent id="bell" attachedToRef="visit" cancelActivity="false">${timer('<timeCycle>R3/PT1H</timeCycle>')}</boundaryEvent><sendTask id="ring" messageRef="msg1"/><endEvent id="rung"/>
  <boundaryEvent id="over" attachedToRef="sub">${timer('<timeDuration>P1D</timeDuration>')}</boundaryEvent>
  <boundaryEvent id="broken" attachedToRef="pull"><errorEventDefinition errorRef="err1"/></boundaryEvent><endEvent id="kill"><terminateEventDefinition/></endEvent>
  ${flows(`s -> merge
merge -> fork
fork -> pull
fork -> visit
pull -> rate
rate -> sub
sub -> join
visit -> sign
sign -> join
join -> wait
wait -> paid
wait -> late
paid -> order
late -> order
order -> choice
choice -> merge [x > 2]
f9: choice -> end
bell -> ring
ring -> rung
over -> join
broken -> kill`)}`;

let definition: Definition;
beforeAll(async () => {
  definition = await definitionOf(everything);
});

/** An act is chosen among what the state allows, by numbers, so that long random lives are likely. */
interface Act {
  readonly kind: number;
  readonly pick: number;
  readonly value: number;
}

const acts = fc.array(fc.record({ kind: fc.nat(19), pick: fc.nat(1000), value: fc.nat(3) }), { maxLength: 60 });
const targets = ['pull', 'rate', 'visit', 'sign', 'order', 'sub', 'ia', 'ib', 'end', 'join', 'ring'];

function eventOf(state: State, { kind, pick, value }: Act): Event {
  const token = state.tokens[pick % Math.max(state.tokens.length, 1)];
  const id = token?.id ?? pick;
  const variables = { [['x', 'y'][pick % 2] ?? 'x']: value };
  const node = definition.nodes.find((each) => each.id === token?.node);
  if (kind === 0)
    return { type: 'moved', token: id, to: targets[value * 7 + (pick % 11)] ?? targets[pick % 11] ?? 'visit', resume: value > 1 };
  if (kind === 1) return { type: 'signer_added', token: id, item: `u${value}` };
  if (kind === 2) return { type: 'signer_removed', token: id, item: `u${value}` };
  if (kind === 3) return pick % 20 === 0 ? { type: 'cancelled' } : { type: 'suspended' };
  if (kind === 4 || state.status === 'suspended') return { type: 'resumed' };
  if (kind === 5) return { type: 'retried', token: id, variables };
  if (kind === 6) return { type: 'service_failed', token: id, error: value > 1 ? 'E1' : 'E9' };
  if (node?.kind === 'service') return { type: 'service_done', token: id, variables };
  if (node?.kind === 'rule') return { type: 'decided', token: id, variables };
  if (node?.kind === 'receive') return { type: 'message_received', message: 'paid', variables };
  if (node?.kind === 'timer' || node?.kind === 'boundary') return { type: 'timer_fired', token: id };
  return { type: 'task_completed', token: id, variables };
}

interface Life {
  readonly states: readonly State[];
  readonly effects: readonly Effect[];
  readonly events: readonly Event[];
}

function live(chosen: readonly Act[], passing: (state: State) => State = (state) => state): Life {
  const first = start(definition, { variables: { x: 0, y: 0, list: ['u1', 'u2', 'u3'] }, at: noon });
  if (isRefusal(first)) throw new Error(first.refused);
  const states = [first.state];
  const effects = [...first.effects];
  const events: Event[] = [];
  for (const act of chosen) {
    const state = passing(states.at(-1) ?? first.state);
    const event = eventOf(state, act);
    const step = advance(definition, state, event, noon);
    if (isRefusal(step)) continue;
    events.push(event);
    states.push(step.state);
    effects.push(...step.effects);
  }
  return { states, effects, events };
}

const asks: Readonly<Record<string, string>> = {
  create_task: 'task',
  call_service: 'service',
  decide: 'decision',
  set_timer: 'timer',
  await_message: 'message',
};

describe('whatever happens to a case', () => {
  test('its tokens are whole: every one stands at a node, in a living scope, watch or signing', () => {
    fc.assert(
      fc.property(acts, (chosen) => {
        for (const state of live(chosen).states) {
          const ids = new Set(state.tokens.map((token) => token.id));
          expect(ids.size).toBe(state.tokens.length);
          for (const token of state.tokens) {
            expect(token.id).toBeLessThan(state.next);
            for (const other of [token.scope, token.of, token.watches]) if (other !== undefined) expect(ids.has(other)).toBe(true);
            if (token.flow !== undefined) expect(definition.flows.find((flow) => flow.id === token.flow)?.to).toBe(token.node);
          }
          expect(state.status === 'ended').toBe(state.tokens.length === 0);
          expect(state.status === 'ended').toBe(state.end !== undefined);
        }
      }),
    );
  });

  test('what was asked is taken back or answered, once: at the end nothing is open', () => {
    fc.assert(
      fc.property(acts, (chosen) => {
        const { states, effects, events } = live([...chosen, { kind: 4, pick: 0, value: 0 }, { kind: 3, pick: 0, value: 0 }]);
        const open = new Set<string>();
        for (const effect of effects) {
          if (effect.type in asks && 'token' in effect) open.add(`${asks[effect.type]} ${effect.token}`);
          if (effect.type.startsWith('cancel_') && 'token' in effect)
            expect(open.delete(`${effect.type.slice(7)} ${effect.token}`), effect.type).toBe(true);
          if (effect.type === 'ended') expect(states.at(-1)?.status).toBe('ended');
        }
        const left = states.at(-1)?.tokens.map((token) => token.id) ?? [];
        const answered = new Set(events.flatMap((event) => ('token' in event ? [event.token] : [])));
        const messages = events.filter((event) => event.type === 'message_received').length;
        const unanswered = [...open].filter(
          (each) => !left.includes(Number(each.split(' ')[1])) && !answered.has(Number(each.split(' ')[1])),
        );
        expect(unanswered.length).toBeLessThanOrEqual(messages); // a message names no token; each answers one wait
      }),
    );
  });

  test('writing a state and reading it changes nothing, and the same events give the same states', () => {
    fc.assert(
      fc.property(acts, (chosen) => {
        const written = live(chosen, (state) => readState(JSON.parse(JSON.stringify(state))));
        expect(written).toEqual(live(chosen));
        expect(written.states.every((state) => JSON.stringify({ ...state, variables: {} }).length < 4096)).toBe(true);
      }),
    );
  });

  test('a definition that was written and read runs the same', async () => {
    const copy = JSON.parse(JSON.stringify(definition)) as Definition;
    expect(new Drive(copy, { list: ['u1'] }).state).toEqual(new Drive(definition, { list: ['u1'] }).state);
  });
});

describe('refusals', () => {
  test.each<[string, Event, string]>([
    ['a token that is gone', { type: 'task_completed', token: 99 }, 'no_such_token'],
    ['a task told of a service', { type: 'service_done', token: 5 }, 'wrong_event'],
    ['a decision where there is none', { type: 'decided', token: 5 }, 'wrong_event'],
    ['a failure of a task', { type: 'service_failed', token: 5, error: 'E1' }, 'wrong_event'],
    ['a timer that is none', { type: 'timer_fired', token: 5 }, 'wrong_event'],
    ['a retry of what goes well', { type: 'retried', token: 5 }, 'wrong_event'],
    ['a message nobody waits for', { type: 'message_received', message: 'paid' }, 'nobody_waits'],
    ['resuming what runs', { type: 'resumed' }, 'not_suspended'],
    ['variables that are no data', { type: 'task_completed', token: 5, variables: { x: Number.NaN } }, 'bad_variables'],
    ['variables without end', { type: 'task_completed', token: 5, variables: { x: 'x'.repeat(70_000) } }, 'bad_variables'],
    ['an item that is no data', { type: 'signer_added', token: 5, item: Number.POSITIVE_INFINITY }, 'bad_variables'],
  ])('%s', (_, event, code) => {
    const it = new Drive(definition, { list: ['u1'] });
    expect(it.tokenAt('visit')).toBe(5);
    expect(it.send(event)).toBe(code);
    expect(it.send({ type: 'suspended' })).toBeUndefined();
    expect(it.send({ type: 'timer_fired', token: 5 })).toBe('suspended');
    expect(it.send({ type: 'cancelled' })).toBeUndefined();
    expect(it.send(event)).toBe('ended');
  });

  test('a case does not begin with what is no data, and no later release is read', () => {
    expect(start(definition, { variables: { x: Number.NaN }, at: noon })).toMatchObject({
      refused: 'bad_variables',
      zh: expect.stringMatching(/[\u4e00-\u9fff]/),
    });
    expect(() => readState({ version: 2, tokens: [] })).toThrow('unknown version');
  });
});
