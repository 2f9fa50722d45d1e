/** The profile guide, printed from the records of the parser, the findings and the words, so that it cannot say what is not so. */
import { qianmoDescriptor } from '../extension.ts';
import { findingRows } from '../findings.ts';
import { longestStep } from '../flow.ts';
import { deepestElement, mostCharacters, mostElements } from '../guard.ts';
import { kinds } from '../parse-node.ts';
import { mostSigners } from '../signing.ts';
import { mostVariableText } from '../variables.ts';
import { faults, refusals } from '../words.ts';

export function profileGuide(): string {
  return [introduction, elements(), attributes(), signing, moving, words(), findings()].join('\n\n').concat('\n');
}

const introduction = `# The process profile

Printed by \`vitest run core/bpmn/guide -u\` from \`core/bpmn/parse-node.ts\`, \`extension.ts\`, \`findings.ts\` and \`words.ts\`; edit those.

Processes are BPMN 2.0 files that Camunda Modeler and bpmn-js open: its editor (camunda-bpmn-js 5.20) opens the delivered ones for both of its platforms without a warning, and saves them as the same processes. One process a file is executable. What is not listed here is a finding, never dropped.
Pools, lanes, data objects, notes and other processes of the file are for the picture. Extensions of Camunda, Zeebe, Activiti and Flowable have no effect, and a note says so.

**Bounds.** ${mostCharacters / 1_000_000} million characters, ${mostElements.toLocaleString('en')} elements, ${deepestElement} levels; no DOCTYPE, no entities, every id once. A step makes at most ${longestStep.toLocaleString('en')} visits; variables take at most ${mostVariableText / 1024} KB; ${mostSigners} sign one task.

**Conditions** are FEEL over the variables of the case, with or without a leading \`=\`, on flows out of exclusive and inclusive gateways. A condition that is not true, null included, does not hold.
Numbers are doubles and dates are texts: write \`date(day)\`. An amount that travels as text compares with no number; give conditions a number. No clock, no functions of one's own, one list at a time.

**Timers** are ISO 8601 texts, or FEEL behind \`=\`. A duration is handed on as it is, with the instant from which it counts: the caller knows working hours.

**Flows.** Several flows out of a task are taken all; each token that comes to a task does it. A case ends when its last token does.`;

function elements(): string {
  const rows = Object.entries(kinds).map(([type, { means }]) => `| ${type.replace('bpmn:', '')} | ${means} |`);
  return `## Elements\n\n| element | how it runs |\n|---|---|\n${rows.join('\n')}`;
}

const meanings: Readonly<Record<string, string>> = {
  variables: 'names that whoever starts a case gives, by spaces',
  gives: 'further variables that this step gives, by spaces',
  role: 'who may do it: a role',
  assignee: 'FEEL that gives a member of staff',
  form: 'what is filled in; its outcomes and variables are registered',
  sla: 'ISO 8601 duration within which it should be done',
  apart: 'tasks whose doers may not do this one, by spaces',
  service: 'a registered service',
  decision: 'a strategy',
  collection: 'FEEL list: one task an item',
  item: 'the name by which an instance reads its item; `signer` without',
  mode: '`all` 会签 (without) · `any` 或签 · `vote` 票签, which needs a completionCondition',
  results: 'the variable that takes what the instances gave, in the order of completion',
  result: 'FEEL over the item and what one instance gave; without, all that it gave',
};

function attributes(): string {
  const rows = qianmoDescriptor.types.flatMap((type) =>
    type.properties.map(({ name }) => {
      const meaning = meanings[name];
      if (meaning === undefined) throw new Error(`the guide does not know qianmo:${name}`);
      return `| ${type.extends.map((each) => each.replace('bpmn:', '')).join(', ')} | \`qianmo:${name}\` | ${meaning} |`;
    }),
  );
  return `## Attributes\n\nNamespace \`${qianmoDescriptor.uri}\`.\n\n| on | attribute | meaning |\n|---|---|---|\n${rows.join('\n')}`;
}

const signing = `## Signing by several

The completionCondition is asked after every signature; the rest is cancelled once it is true. It reads the variables of the case, \`results\` (also under its own name), and
\`numberOfInstances\`, \`numberOfActiveInstances\`, \`numberOfCompletedInstances\`, \`numberOfTerminatedInstances\` (those removed).
With \`results\`, what an instance gives stays with it; without, it becomes variables of the case, the last one standing.

| 中文 | written as |
|---|---|
| 会签 | \`mode="all"\`; a veto: completionCondition \`some r in results satisfies r.yes = false\` |
| 或签 | \`mode="any"\` |
| 票签 | \`mode="vote" results="votes" result="{weight: signer.weight, yes: yes}"\`, completionCondition \`sum(votes[yes = true].weight) > 50\` |
| 依次会签 | \`isSequential="true"\` |
| 加签 · 减签 | events \`signer_added\`, \`signer_removed\` while it runs |`;

const moving = `## Return, jump, take back

\`moved\` takes a token to a task, a wait, a subprocess or an end, in its own scope, an outer or an inner one. Without \`resume\`:

- tokens that lie behind the target, loops not followed back, would be done again: they are cancelled;
- on a jump ahead, tokens before the target that would reach it a second time are cancelled;
- parallel joins behind the target count branches as arrived that are done or were jumped over.

With \`resume\` nothing beside is touched, and the token comes back to where it was once the step it returned to is done.`;

function words(): string {
  const table = (head: string, rows: Readonly<Record<string, { zh: string; en: string }>>) =>
    `## ${head}\n\n| code | 中文 | English |\n|---|---|---|\n${Object.entries(rows)
      .map(([code, { zh, en }]) => `| \`${code}\` | ${zh} | ${en} |`)
      .join('\n')}`;
  return `${table('Faults: why a token stands still', faults)}\n\n${table('Refusals: why an event does not apply', refusals)}`;
}

function findings(): string {
  const rows = Object.entries(findingRows).map(
    ([code, [level, , whatEn, , cureEn]]) => `| \`${code}\` | ${level} | ${whatEn.replace('%', '…')} | ${cureEn} |`,
  );
  return `## Findings\n\n| code | level | what | cure |\n|---|---|---|---|\n${rows.join('\n')}`;
}
