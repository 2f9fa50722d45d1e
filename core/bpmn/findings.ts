/** What may be wrong with a process: one record a code, with its level, what is wrong and the cure. `%` is the detail of the case at hand. */

export type Level = 'error' | 'warning' | 'note';

export interface Words {
  readonly zh: string;
  readonly en: string;
}

export interface Finding {
  readonly level: Level;
  readonly code: FindingCode;
  /** The id of the element; empty when the file as a whole is meant. */
  readonly element: string;
  readonly name: string;
  /** The line of the file, where the file could not be read as far as its elements. */
  readonly line?: number;
  readonly what: Words;
  readonly cure: Words;
}

type Row = readonly [level: Level, whatZh: string, whatEn: string, cureZh: string, cureEn: string];

export const findingRows = {
  // the file
  too_large: [
    'error',
    '文件超过 %',
    'the file is larger than %',
    '拆分流程，或删去无用内容',
    'split the process, or remove what is not used',
  ],
  malformed: ['error', '不是合格的 XML:%', 'not well-formed XML: %', '用 BPMN 编辑器重新保存', 'save it anew with a BPMN editor'],
  doctype: ['error', '含有 DOCTYPE 或实体', 'it has a DOCTYPE or entities', '删去 DOCTYPE', 'remove the DOCTYPE'],
  too_deep: ['error', '嵌套超过 % 层', 'nested deeper than % levels', '减少嵌套', 'nest less'],
  too_many_elements: ['error', '元素多于 % 个', 'more than % elements', '拆分流程', 'split the process'],
  duplicate_id: ['error', '编号 % 出现两次', 'the id % occurs twice', '给每个元素自己的编号', 'give every element its own id'],
  bad_id: [
    'error',
    '编号“%”不可用',
    'the id "%" cannot be used',
    '编号以字母或下划线开头，只含字母、数字、点、横线和下划线，至多 100 个字符',
    'begin with a letter or underscore, then letters, digits, dots, dashes and underscores, at most 100 characters',
  ],
  not_bpmn: ['error', '不是 BPMN 2.0 文件', 'not a BPMN 2.0 file', '导出为 BPMN 2.0 XML', 'export it as BPMN 2.0 XML'],
  unknown_namespace: [
    'error',
    '不认识的命名空间 %',
    'the namespace % is not known',
    '删去这些元素和属性',
    'remove its elements and attributes',
  ],
  unknown_content: [
    'error',
    '不认识的内容:%',
    'content that is not known: %',
    '删去，或按 BPMN 2.0 改正',
    'remove it, or correct it to BPMN 2.0',
  ],
  unresolved_reference: [
    'error',
    '所指的 % 不存在',
    '% is referred to and does not exist',
    '改正或删去这个引用',
    'correct or remove the reference',
  ],
  vendor_extension: [
    'note',
    '% 的扩展不起作用',
    'extensions of % have no effect',
    '需要时改用 qianmo 属性',
    'use qianmo attributes where they matter',
  ],
  drawing_only: ['note', '% 只是图示', '% is for the picture only', '不必处理', 'nothing to do'],
  // the shape
  no_process: [
    'error',
    '文件中没有可执行的流程',
    'the file has no executable process',
    '为一个流程设 isExecutable="true"',
    'set isExecutable="true" for one process',
  ],
  many_processes: ['error', '文件中有多个可执行的流程', 'the file has several executable processes', '一个文件只留一个', 'keep one a file'],
  no_id: ['error', '% 没有编号', '% has no id', '给它一个编号', 'give it an id'],
  unsupported_element: [
    'error',
    '不支持 %',
    '% is not supported',
    '换用所支持的元素，见流程规范',
    'use a supported element, see the process profile',
  ],
  unsupported_property: ['error', '不支持 %', '% is not supported here', '删去这一设置', 'remove this setting'],
  no_start: ['error', '没有开始事件', 'it has no start event', '画一个开始事件', 'draw one start event'],
  many_starts: ['error', '有多个开始事件', 'it has several start events', '只留一个', 'keep one'],
  start_has_incoming: [
    'error',
    '有连线进入开始事件',
    'a flow leads into the start event',
    '改连到其后的元素',
    'lead it to the element behind',
  ],
  end_has_outgoing: ['error', '有连线离开结束事件', 'a flow leads out of the end event', '删去连线', 'remove the flow'],
  flow_without_end: ['error', '连线没有起点或终点', 'the flow has no source or no target', '重新连线', 'draw it anew'],
  flow_crosses_scope: [
    'error',
    '连线穿过子流程的边界',
    'the flow crosses the border of a subprocess',
    '在子流程内结束，从子流程连出',
    'end inside, and lead on from the subprocess',
  ],
  condition_misplaced: [
    'error',
    '条件只能写在排他网关或包容网关的连线上',
    'conditions stand only on flows out of exclusive and inclusive gateways',
    '在前面加一个网关',
    'put a gateway before it',
  ],
  default_has_condition: [
    'error',
    '默认分支带有条件',
    'the default flow has a condition',
    '删去条件，或另选默认分支',
    'remove the condition, or choose another default',
  ],
  bad_default: [
    'error',
    '默认分支不是自己的连线',
    'the default flow is not its own',
    '选一条从它出发的连线',
    'choose a flow that leaves it',
  ],
  bad_host: [
    'error',
    '% 不能附着在这里',
    '% cannot be attached here',
    '附着在任务、等待消息或子流程上；错误边界附着在服务、决策或子流程上',
    'attach it to a task, a receive task or a subprocess; an error boundary to a service, a decision or a subprocess',
  ],
  boundary_has_incoming: ['error', '有连线进入边界事件', 'a flow leads into the boundary event', '删去连线', 'remove the flow'],
  bad_event_gateway: [
    'error',
    '事件网关之后只能直接是定时或消息事件，且只能由它进入',
    'an event-based gateway leads only to timer and message events, which nothing else leads to',
    '改正网关之后的元素',
    'correct what follows the gateway',
  ],
  missing_term: ['error', '缺少 %', '% is missing', '补上', 'state it'],
  bad_term: ['error', '% 的写法不对', '% is not written as it should be', '改正，见流程规范', 'correct it, see the process profile'],
  bad_expression: ['error', '表达式不能使用:%', 'the expression cannot be used: %', '改正 FEEL 表达式', 'correct the FEEL expression'],
  bad_timer: [
    'error',
    '定时“%”永远不会触发',
    'the timer "%" never fires',
    '写成 PT2H、P3D、2027-01-31T09:00:00Z、R3/PT1H，或 = 后接 FEEL',
    'write PT2H, P3D, 2027-01-31T09:00:00Z, R3/PT1H, or FEEL behind =',
  ],
  // what a bank knows
  fixed_date: [
    'warning',
    '定时写死在 %，之后的案件会立即触发',
    'the timer is fixed at %, cases after it fire at once',
    '改用时长或变量',
    'use a duration or a variable',
  ],
  unknown_service: ['error', '没有服务 %', 'there is no service %', '改用已登记的服务', 'name a registered service'],
  unknown_decision: ['error', '没有决策 %', 'there is no decision %', '改用已登记的策略', 'name a registered strategy'],
  unknown_role: ['error', '没有岗位 %', 'there is no role %', '改用已有的岗位', 'name an existing role'],
  unknown_form: ['error', '没有表单 %', 'there is no form %', '改用已登记的表单', 'name a registered form'],
  task_for_nobody: ['error', '这个任务没有人能做:%', 'nobody can do this task: %', '写明岗位或办理人', 'state a role or an assignee'],
  unknown_variable: [
    'error',
    '读取了没有人给出的变量 %',
    'it reads the variable %, which nothing gives',
    '在流程的 variables、某一步的 gives 或服务的登记中写明',
    'state it in the variables of the process, the gives of a step, or the registration of a service',
  ],
  gateway_without_default: ['warning', '网关没有默认分支', 'the gateway has no default flow', '设一条默认分支', 'set a default flow'],
  flow_without_condition: [
    'warning',
    '连线没有条件，总是成立',
    'the flow has no condition and always holds',
    '写条件，或设为默认分支',
    'give it a condition, or make it the default',
  ],
  // how it runs
  unreachable: ['error', '永远走不到', 'it can never be reached', '连到流程中，或删去', 'connect it, or remove it'],
  no_way_to_end: ['error', '从这里走不到结束', 'no end can be reached from here', '连到一个结束事件', 'lead it to an end event'],
  deadlock: [
    'error',
    '会永远等待:%',
    'it can wait for ever: %',
    '让所汇聚的分支都会到达，或改用包容网关',
    'let every joined branch arrive, or use an inclusive gateway',
  ],
  unsynchronised: [
    'error',
    '两个令牌可同时到这里，之后的步骤会重复',
    'two tokens can be here at once, what follows is done twice',
    '先用并行网关或包容网关汇聚',
    'join them first with a parallel or inclusive gateway',
  ],
  endless: ['error', '走得进去、走不出来', 'it can be entered and not be left', '让循环有出口', 'give the loop a way out'],
  too_large_to_prove: [
    'note',
    '状态多于 % 个，没有全部查完',
    'more than % states, not all were looked at',
    '减少同时进行的分支',
    'have fewer branches at once',
  ],
} satisfies Record<string, Row>;

export type FindingCode = keyof typeof findingRows;
export const findingCodes: readonly FindingCode[] = Object.keys(findingRows).filter((code): code is FindingCode => code in findingRows);

export interface Place {
  readonly id: string;
  readonly name: string;
  readonly line?: number;
}

export function finding(code: FindingCode, place: Place, detail: string | Words = ''): Finding {
  const row: Row = findingRows[code];
  const [level, whatZh, whatEn, cureZh, cureEn] = row;
  const said = typeof detail === 'string' ? { zh: detail, en: detail } : detail;
  return {
    level,
    code,
    element: place.id,
    name: place.name,
    ...(place.line !== undefined && { line: place.line }),
    what: { zh: whatZh.replace('%', () => said.zh), en: whatEn.replace('%', () => said.en) },
    cure: { zh: cureZh, en: cureEn },
  };
}

/** Whether a process with these findings may run. */
export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((each) => each.level === 'error');
}
