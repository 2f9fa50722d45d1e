import { describe, expect, test } from 'vitest';
import type { Event, Variables } from './index.ts';
import { longestStep } from './flow.ts';
import { definitionOf, Drive, flows } from './testing/process.ts';

const task = (...ids: string[]) => ids.map((id) => `<userTask id="${id}" qianmo:role="r"/>`).join('');
const service = (id: string) => `<serviceTask id="${id}" qianmo:service="pull"/>`;
const ends = '<startEvent id="s"/><endEvent id="end"/>';
const timer = '<timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition>';
const message = '<messageEventDefinition messageRef="msg1"/>';
const error = (ref: string) => `<errorEventDefinition errorRef="${ref}"/>`;

async function drive(body: string, variables: Variables = {}): Promise<Drive> {
  return new Drive(await definitionOf(body), variables);
}

/** `complete a x=1`, `done b`, `fail b E1`, `fire t`, `message paid`, `move a b`, `return a b`, `retry g x=1`, `suspend` … */
function act(it: Drive, line: string): string | undefined {
  const [verb = '', node = '', ...rest] = line.split(' ');
  const given = Object.fromEntries(rest.filter((word) => word.includes('=')).map((word) => word.split('=')));
  const variables: Variables = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, Number(value)]));
  const event = (): Event => {
    switch (verb) {
      case 'complete':
        return { type: 'task_completed', token: it.tokenAt(node), variables };
      case 'done':
        return { type: 'service_done', token: it.tokenAt(node), variables };
      case 'decided':
        return { type: 'decided', token: it.tokenAt(node), variables };
      case 'fail':
        return { type: 'service_failed', token: it.tokenAt(node), error: rest[0] ?? '' };
      case 'fire':
        return { type: 'timer_fired', token: it.tokenAt(node) };
      case 'message':
        return { type: 'message_received', message: node, variables };
      case 'move':
        return { type: 'moved', token: it.tokenAt(node), to: rest[0] ?? '' };
      case 'return':
        return { type: 'moved', token: it.tokenAt(node), to: rest[0] ?? '', resume: true };
      case 'retry':
        return { type: 'retried', token: it.tokenAt(node), variables };
      case 'suspend':
        return { type: 'suspended' };
      case 'resume':
        return { type: 'resumed' };
      case 'cancel':
        return { type: 'cancelled' };
      default:
        throw new Error(line);
    }
  };
  return it.send(event());
}

interface Construct {
  readonly name: string;
  readonly body: string;
  readonly flows: string;
  readonly variables?: Variables;
  /** What is asked at the start, and after every act: `act → effects`. */
  readonly asked: string;
  readonly acts: readonly (readonly [act: string, asked: string])[];
}

const subprocess = `<subProcess id="sub"><startEvent id="is"/>${task('ia')}<endEvent id="ie"/>${flows('i1: is -> ia\ni2: ia -> ie')}</subProcess>`;

const constructs: Construct[] = [
  {
    name: 'a service is called, and what it gives is kept',
    body: service('a') + '<exclusiveGateway id="g" default="f9"/>' + task('b', 'c'),
    flows: 's -> a\na -> g\ng -> b [x > 1]\nf9: g -> c\nb -> end\nc -> end',
    asked: 'call_service:a',
    acts: [['done a x=2', 'create_task:b']],
  },
  {
    name: 'a decision',
    body: '<businessRuleTask id="d" qianmo:decision="retail"/>',
    flows: 's -> d\nd -> end',
    asked: 'decide:d',
    acts: [['decided d', 'ended:completed']],
  },
  {
    name: 'exclusive: the first that holds, in the order of the file; null does not hold',
    body: '<exclusiveGateway id="g" default="f9"/>' + task('a', 'b', 'c'),
    flows: 's -> g\ng -> a [missing > 1]\ng -> b [x > 0]\nf9: g -> c\na -> end\nb -> end\nc -> end',
    variables: { x: 1 },
    asked: 'create_task:b',
    acts: [],
  },
  {
    name: 'no branch and no default is a fault with its place; new variables free it',
    body: '<exclusiveGateway id="g"/>' + task('a', 'b'),
    flows: 's -> g\ng -> a [x = 1]\ng -> b [x = 2]\na -> end\nb -> end',
    asked: 'failed:g',
    acts: [
      ['retry g x=3', 'failed:g'],
      ['retry g x=2', 'create_task:b'],
    ],
  },
  {
    name: 'parallel: all at once, and on when all are there',
    body: '<parallelGateway id="g"/><parallelGateway id="j"/>' + task('a', 'b', 'c'),
    flows: 's -> g\ng -> a\ng -> b\na -> j\nb -> j\nj -> c\nc -> end',
    asked: 'create_task:a create_task:b',
    acts: [
      ['complete b', ''],
      ['complete a', 'create_task:c'],
    ],
  },
  {
    name: 'inclusive: those that hold, and the join waits for these only',
    body: '<inclusiveGateway id="g" default="f9"/><inclusiveGateway id="j"/>' + task('a', 'b', 'c', 'd'),
    flows: 's -> g\ng -> a [x > 0]\ng -> b [x > 1]\nf9: g -> c\na -> j\nb -> j\nc -> j\nj -> d\nd -> end',
    variables: { x: 2 },
    asked: 'create_task:a create_task:b',
    acts: [
      ['complete a', ''],
      ['complete b', 'create_task:d'],
    ],
  },
  {
    name: 'inclusive: the default when none holds',
    body: '<inclusiveGateway id="g" default="f9"/><inclusiveGateway id="j"/>' + task('a', 'c', 'd'),
    flows: 's -> g\ng -> a [x > 0]\nf9: g -> c\na -> j\nc -> j\nj -> d\nd -> end',
    variables: { x: 0 },
    asked: 'create_task:c',
    acts: [['complete c', 'create_task:d']],
  },
  {
    name: 'an inclusive join waits for a token that a loop can still bring, and goes on when it leaves',
    body:
      '<inclusiveGateway id="g"/><inclusiveGateway id="j"/><exclusiveGateway id="merge"/><exclusiveGateway id="x1" default="f9"/>' +
      task('a', 'b', 'c'),
    flows: 's -> g\ng -> a\ng -> merge\nmerge -> b\nb -> x1\nx1 -> merge [again = 1]\nf9: x1 -> j\na -> j\nj -> c\nc -> end',
    asked: 'create_task:a create_task:b',
    acts: [
      ['complete a', ''],
      ['complete b again=1', 'create_task:b'],
      ['complete b again=0', 'create_task:c'],
    ],
  },
  {
    name: 'a loop, with a new token at every turn',
    body: '<exclusiveGateway id="merge"/><exclusiveGateway id="g" default="f9"/>' + task('a', 'b'),
    flows: 's -> merge\nmerge -> a\na -> g\ng -> merge [x < 2]\nf9: g -> b\nb -> end',
    asked: 'create_task:a',
    acts: [
      ['complete a x=0', 'create_task:a'],
      ['complete a x=1', 'create_task:a'],
      ['complete a x=2', 'create_task:b'],
    ],
  },
  {
    name: 'several flows out of a task are taken all; the case ends with its last token',
    body: task('a', 'b') + '<endEvent id="end2"/>',
    flows: 's -> a\ns -> b\na -> end\nb -> end2',
    asked: 'create_task:a create_task:b',
    acts: [
      ['complete b', ''],
      ['complete a', 'ended:completed'],
    ],
  },
  {
    name: 'terminate ends everything',
    body: '<parallelGateway id="g"/>' + task('a', 'b') + '<endEvent id="kill"><terminateEventDefinition/></endEvent>' + service('c'),
    flows: 's -> g\ng -> a\ng -> b\ng -> c\na -> kill\nb -> end\nc -> end',
    asked: 'create_task:a create_task:b call_service:c',
    acts: [['complete a', 'cancel_task:b cancel_service:c ended:terminated']],
  },
  {
    name: 'an error end ends the case with its code',
    body: task('a') + `<endEvent id="bad">${error('err1')}</endEvent>`,
    flows: 's -> a\na -> bad',
    asked: 'create_task:a',
    acts: [['complete a', 'ended:error']],
  },
  {
    name: 'a failed service goes to the boundary event of its error',
    body:
      service('a') +
      `<boundaryEvent id="b1" attachedToRef="a">${error('err1')}</boundaryEvent><boundaryEvent id="b2" attachedToRef="a"><errorEventDefinition/></boundaryEvent>` +
      task('c', 'd'),
    flows: 's -> a\na -> end\nb1 -> c\nb2 -> d\nc -> end\nd -> end',
    asked: 'call_service:a',
    acts: [['fail a E1', 'cancel_service:a create_task:c']],
  },
  {
    name: 'any other error goes to the boundary event without a code',
    body:
      service('a') +
      `<boundaryEvent id="b1" attachedToRef="a">${error('err1')}</boundaryEvent><boundaryEvent id="b2" attachedToRef="a"><errorEventDefinition/></boundaryEvent>` +
      task('c', 'd'),
    flows: 's -> a\na -> end\nb1 -> c\nb2 -> d\nc -> end\nd -> end',
    asked: 'call_service:a',
    acts: [['fail a E7', 'cancel_service:a create_task:d']],
  },
  {
    name: 'a failed service that nothing takes stands still; it is called again under the same token',
    body: service('a'),
    flows: 's -> a\na -> end',
    asked: 'call_service:a',
    acts: [
      ['fail a E1', 'failed:a'],
      ['retry a', 'call_service:a'],
      ['done a', 'ended:completed'],
    ],
  },
  {
    name: 'an error inside a subprocess leaves it by its boundary event',
    body: `<subProcess id="sub"><startEvent id="is"/><parallelGateway id="ig"/>${task('ia')}${service('ib')}<endEvent id="ie"/><endEvent id="bad">${error('err1')}</endEvent>${flows('i1: is -> ig\ni2: ig -> ia\ni3: ig -> ib\ni4: ia -> bad\ni5: ib -> ie')}</subProcess><boundaryEvent id="b" attachedToRef="sub">${error('err1')}</boundaryEvent>${task('c')}`,
    flows: 's -> sub\nsub -> end\nb -> c\nc -> end',
    asked: 'create_task:ia call_service:ib',
    acts: [['complete ia', 'cancel_service:ib create_task:c']],
  },
  {
    name: 'a subprocess is done when its last token is',
    body: subprocess + task('b'),
    flows: 's -> sub\nsub -> b\nb -> end',
    asked: 'create_task:ia',
    acts: [['complete ia', 'create_task:b']],
  },
  {
    name: 'terminate inside a subprocess ends the subprocess only',
    body: `<subProcess id="sub"><startEvent id="is"/>${task('ia', 'ib')}<endEvent id="ie"/><endEvent id="kill"><terminateEventDefinition/></endEvent>${flows('i1: is -> ia\ni2: is -> ib\ni3: ia -> kill\ni4: ib -> ie')}</subProcess>${task('c')}`,
    flows: 's -> sub\nsub -> c\nc -> end',
    asked: 'create_task:ia create_task:ib',
    acts: [['complete ia', 'cancel_task:ib create_task:c']],
  },
  {
    name: 'a timer and a message are waited for',
    body: `<intermediateCatchEvent id="t">${timer}</intermediateCatchEvent><intermediateCatchEvent id="c">${message}</intermediateCatchEvent><receiveTask id="r" messageRef="msg2"/>`,
    flows: 's -> t\nt -> c\nc -> r\nr -> end',
    asked: 'set_timer:t',
    acts: [
      ['fire t', 'await_message:c'],
      ['message paid', 'await_message:r'],
      ['message withdrawn', 'ended:completed'],
    ],
  },
  {
    name: 'a message is sent and not waited for',
    body: `<sendTask id="a" messageRef="msg1"/><intermediateThrowEvent id="b">${message}</intermediateThrowEvent>`,
    flows: 's -> a\na -> b\nb -> end',
    asked: 'send_message:a send_message:b ended:completed',
    acts: [],
  },
  {
    name: 'a timer on the boundary interrupts',
    body: task('a', 'c') + `<boundaryEvent id="b" attachedToRef="a">${timer}</boundaryEvent>`,
    flows: 's -> a\na -> end\nb -> c\nc -> end',
    asked: 'set_timer:b create_task:a',
    acts: [['fire b', 'cancel_task:a create_task:c']],
  },
  {
    name: 'and is taken back when the task is done',
    body: task('a', 'c') + `<boundaryEvent id="b" attachedToRef="a">${timer}</boundaryEvent>`,
    flows: 's -> a\na -> end\nb -> c\nc -> end',
    asked: 'set_timer:b create_task:a',
    acts: [['complete a', 'cancel_timer:b ended:completed']],
  },
  {
    name: 'a timer that does not interrupt adds a token',
    body: task('a', 'c') + `<boundaryEvent id="b" attachedToRef="a" cancelActivity="false">${timer}</boundaryEvent>`,
    flows: 's -> a\na -> end\nb -> c\nc -> end',
    asked: 'set_timer:b create_task:a',
    acts: [
      ['fire b', 'create_task:c'],
      ['complete a', ''],
      ['complete c', 'ended:completed'],
    ],
  },
  {
    name: 'a repeating timer rings as often as it says',
    body:
      task('a') +
      `<boundaryEvent id="b" attachedToRef="a" cancelActivity="false"><timerEventDefinition><timeCycle>R2/PT1H</timeCycle></timerEventDefinition></boundaryEvent><sendTask id="ring" messageRef="msg1"/><endEvent id="end2"/>`,
    flows: 's -> a\na -> end\nb -> ring\nring -> end2',
    asked: 'set_timer:b create_task:a',
    acts: [
      ['fire b', 'set_timer:b send_message:ring'],
      ['fire b', 'send_message:ring'],
      ['complete a', 'ended:completed'],
    ],
  },
  {
    name: 'a message on the boundary of a subprocess cancels all inside',
    body: subprocess + `<boundaryEvent id="b" attachedToRef="sub"><messageEventDefinition messageRef="msg2"/></boundaryEvent>` + task('c'),
    flows: 's -> sub\nsub -> end\nb -> c\nc -> end',
    asked: 'await_message:b create_task:ia',
    acts: [['message withdrawn', 'cancel_task:ia create_task:c']],
  },
  {
    name: 'an event-based gateway goes where the first event is',
    body:
      `<eventBasedGateway id="g"/><intermediateCatchEvent id="t">${timer}</intermediateCatchEvent><intermediateCatchEvent id="c">${message}</intermediateCatchEvent>` +
      task('a', 'b'),
    flows: 's -> g\ng -> t\ng -> c\nt -> a\nc -> b\na -> end\nb -> end',
    asked: 'set_timer:t await_message:c',
    acts: [['message paid', 'cancel_timer:t create_task:b']],
  },
  {
    name: 'a timer without its variable stands still until it has it',
    body: '<intermediateCatchEvent id="t"><timerEventDefinition><timeDuration>=duration(wait)</timeDuration></timerEventDefinition></intermediateCatchEvent>',
    flows: 's -> t\nt -> end',
    asked: 'failed:t',
    acts: [['retry t', 'failed:t']],
  },
  {
    name: 'a join whose other branch is gone is told',
    body: '<exclusiveGateway id="g" default="f9"/><parallelGateway id="j"/>' + task('a', 'b'),
    flows: 's -> g\ng -> a [x = 1]\nf9: g -> b\na -> j\nb -> j\nj -> end',
    asked: 'create_task:b',
    acts: [['complete b', 'failed:j']],
  },
  {
    name: 'suspended, everything waits; cancelled, everything is taken back',
    body: task('a', 'b') + `<boundaryEvent id="b1" attachedToRef="a">${timer}</boundaryEvent>`,
    flows: 's -> a\ns -> b\na -> end\nb -> end\nb1 -> end',
    asked: 'set_timer:b1 create_task:a create_task:b',
    acts: [
      ['suspend', ''],
      ['resume', ''],
      ['cancel', 'cancel_task:a cancel_timer:b1 cancel_task:b ended:cancelled'],
    ],
  },
];

describe('constructs', () => {
  test.each(constructs.map((construct) => [construct.name, construct] as const))('%s', async (_, construct) => {
    const it = await drive(ends + construct.body + flows(construct.flows), construct.variables);
    expect(it.told).toBe(construct.asked);
    for (const [line, asked] of construct.acts) {
      expect(act(it, line)).toBeUndefined();
      expect([line, it.told]).toEqual([line, asked]);
    }
  });

  test('what a task is asked with', async () => {
    const it = await drive(
      `${ends}<userTask id="a" qianmo:role="manager" qianmo:sla="P2D" qianmo:form="visit" qianmo:assignee="=x.owner" qianmo:apart="s1 s2"/>${flows('s -> a\na -> end')}`,
      { x: { owner: 'u7' } },
    );
    const terms = { role: 'manager', sla: 'P2D', form: 'visit', assignee: '=x.owner', apart: ['s1', 's2'] };
    expect(it.effects).toEqual([{ type: 'create_task', token: 2, node: 'a', terms, assignee: 'u7' }]);
    expect(it.complete('a', { y: 1 })).toBeUndefined();
    const end = { outcome: 'completed', node: 'end' };
    expect(it.effects).toEqual([{ type: 'ended', at: '2027-03-01T04:00:00Z', ...end }]);
    expect(it.state).toEqual({ version: 1, status: 'ended', next: 4, tokens: [], variables: { x: { owner: 'u7' }, y: 1 }, end });
    expect(it.visits).toEqual(['entered s', 'left s', 'entered a', 'left a', 'entered end', 'left end']);
  });

  test.each([
    ['<timeDuration>P3D</timeDuration>', { after: 'P3D', from: '2027-03-01T04:00:00Z' }],
    ['<timeDuration>=duration("PT" + string(x) + "H")</timeDuration>', { after: 'PT5H', from: '2027-03-01T04:00:00Z' }],
    ['<timeDate>2027-06-30T09:00:00+08:00</timeDate>', { due: '2027-06-30T09:00:00+08:00' }],
    ['<timeDate>=date(day) + duration("P1D")</timeDate>', { due: '2027-03-02' }],
  ])('a timer of %s', async (definition, moment) => {
    const catching = `<intermediateCatchEvent id="t"><timerEventDefinition>${definition}</timerEventDefinition></intermediateCatchEvent>`;
    const it = await drive(`${ends}${catching}${flows('s -> t\nt -> end')}`, { x: 5, day: '2027-03-01' });
    expect(it.effects).toEqual([{ type: 'set_timer', token: 2, node: 't', ...moment }]);
  });

  test('a step that comes to no rest stops after its visits, and says so', async () => {
    const body = `<exclusiveGateway id="merge"/><exclusiveGateway id="g" default="f9"/>`;
    const it = await drive(`${ends}${body}${flows('s -> merge\nmerge -> g\ng -> merge [x = 1]\nf9: g -> end')}`, { x: 1 });
    expect(it.effects).toMatchObject([{ type: 'failed', code: 'no_rest' }]);
    expect(it.visits.filter((visit) => visit.startsWith('entered'))).toHaveLength(longestStep);
    const [token] = it.state.tokens;
    expect(it.send({ type: 'retried', token: token?.id ?? 0, variables: { x: 2 } })).toBeUndefined();
    expect(it.told).toBe('ended:completed');
  });
});
