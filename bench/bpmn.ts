/** Processes: steps of the pure machine beside bpmn-elements on the same process, bytes of state, and random processes through both. */
import { advance, isRefusal, parseProcess, start, type Definition, type State, type Step } from '#core/bpmn/index.ts';
import { Peer } from '#core/bpmn/testing/peer.ts';
import { fileOf, flows, noon } from '#core/bpmn/testing/process.ts';
import { compareAll, totalsOf } from './bpmn/random.ts';
import { median, type Figure } from './figure.ts';

const compared = Number(process.env['QIANMO_BENCH_PROCESSES'] ?? 10_000);
const repeats = 5;
const cases = 2000;
const peerCases = 50;

/** The ordinary way of a loan: four services, three people, two choices. */
const loan = fileOf(
  `<startEvent id="s"/><endEvent id="declined"/><endEvent id="opened"/>
  ${['identity', 'bureau', 'contract', 'open'].map((id) => `<serviceTask id="${id}" qianmo:service="${id}"/>`).join('')}
  ${['visit', 'review', 'approve'].map((id) => `<userTask id="${id}" qianmo:role="${id}"/>`).join('')}
  <exclusiveGateway id="known" default="n1"/><exclusiveGateway id="agreed" default="n2"/>
  ${flows(`s -> identity
identity -> bureau
bureau -> known
known -> declined [x = 1]
n1: known -> visit
visit -> review
review -> approve
approve -> agreed
agreed -> declined [y = 1]
n2: agreed -> contract
contract -> open
open -> opened`)}`,
);

export async function run(): Promise<Figure[]> {
  const { definition } = await parseProcess(loan);
  if (!definition) throw new Error('the process of the benchmark cannot be read');
  const ours = median(
    await processorSecondsOf(repeats, () => {
      for (let index = 0; index < cases; index += 1) lead(definition);
    }),
  );
  const peer = median(
    await processorSecondsOf(repeats, async () => {
      for (let index = 0; index < peerCases; index += 1) await leadPeer();
    }),
  );
  const reading = median(
    await processorSecondsOf(repeats, async () => {
      for (let index = 0; index < peerCases; index += 1) await Peer.read(loan);
    }),
  );
  const states = lead(definition).map((state) => JSON.stringify(state).length);
  const peerSeconds = Math.max(peer - reading, 1e-9);
  const beside = 'bpmn-elements 17.3, reading left out';
  return [
    {
      name: 'bpmn_cases_per_second',
      value: Math.round(cases / ours),
      unit: 'cases/s',
      peer: beside,
      peer_value: Math.round(peerCases / peerSeconds),
    },
    {
      name: 'bpmn_steps_per_second',
      value: Math.round((cases * states.length) / ours),
      unit: 'steps/s, each with its state written and read',
      peer: `${beside}, state not written`,
      peer_value: Math.round((peerCases * states.length) / peerSeconds),
    },
    { name: 'bpmn_state_bytes', value: Math.max(...states), unit: 'bytes', peer: 'bpmn-elements 17.3', peer_value: await peerBytes() },
    ...(await differences()),
  ];
}

/** Nothing is waited for: processor time is what passes on a machine that does nothing else. */
async function processorSecondsOf(times: number, work: () => Promise<void> | void): Promise<number[]> {
  const seconds: number[] = [];
  for (let turn = 0; turn < times; turn += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    seconds.push((user + system) / 1e6);
  }
  return seconds;
}

/** A case from start to end, written and read between the steps as a database would; the states it had. */
function lead(definition: Definition): State[] {
  const states: State[] = [];
  let step = taken(start(definition, { variables: { x: 0, y: 0 }, at: noon }));
  for (;;) {
    states.push(step.state);
    const [ask] = step.effects;
    const state = JSON.parse(JSON.stringify(step.state)) as State;
    if (ask?.type === 'call_service') step = taken(advance(definition, state, { type: 'service_done', token: ask.token }, noon));
    else if (ask?.type === 'create_task') step = taken(advance(definition, state, { type: 'task_completed', token: ask.token }, noon));
    else return states;
  }
}

function taken(step: ReturnType<typeof advance>): Step {
  if (isRefusal(step)) throw new Error(step.refused);
  return step;
}

async function leadPeer(): Promise<void> {
  const peer = await Peer.of(loan, { x: 0, y: 0 });
  for (let [task] = peer.tasks; task !== undefined; [task] = peer.tasks) peer.complete(task);
  if (!peer.isOver) throw new Error('the peer did not come to the end');
}

async function peerBytes(): Promise<number> {
  const peer = await Peer.of(loan, { x: 0, y: 0 });
  return JSON.stringify(peer.state).length;
}

async function differences(): Promise<Figure[]> {
  const blocks = await compareAll(compared, (line) => process.stderr.write(`${line}\n`));
  const { visits, completed, differences: found } = totalsOf(blocks);
  for (const difference of found.slice(0, 20)) process.stderr.write(`${difference}\n`);
  return [
    { name: 'bpmn_random_processes', value: compared, unit: 'processes' },
    { name: 'bpmn_random_visits', value: visits, unit: 'visits' },
    { name: 'bpmn_random_tasks', value: completed, unit: 'tasks' },
    { name: 'bpmn_differences', value: found.length, unit: 'processes', limit: 'wanted', limit_value: 0 },
  ];
}
