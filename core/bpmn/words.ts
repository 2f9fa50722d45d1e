/** What people read of faults and refusals. */
import type { Node } from './definition.ts';
import type { FaultCode, Refusal, RefusalCode } from './state.ts';

interface Words {
  readonly zh: string;
  readonly en: string;
}

export const faults: Readonly<Record<FaultCode, Words>> = {
  no_branch: {
    zh: '没有一条分支的条件成立，也没有默认分支；请补充变量后重试，或为网关设默认分支',
    en: 'no branch holds and there is no default; give the missing variables and retry, or give the gateway a default flow',
  },
  no_rest: {
    zh: '一步之内走不到任何等待点，流程在空转；请在循环中加入任务或等待',
    en: 'a step came to no waiting point, the process runs in circles; put a task or a wait into the loop',
  },
  stuck: {
    zh: '汇聚等待的分支不会再来，案件无法前进；请把令牌移到其他步骤，并改正流程',
    en: 'the join waits for a branch that cannot come, the case stands still; move the token to another step and correct the process',
  },
  service_failed: {
    zh: '服务失败，且没有错误边界事件接住；请排除原因后重试',
    en: 'the service failed and no error boundary event takes it; remove the cause and retry',
  },
  no_signers: {
    zh: '会签名单为空或不是列表；请给出名单后重试',
    en: 'the list of signers is empty or not a list; give the list and retry',
  },
  too_many_signers: {
    zh: '会签名单过长；请缩短名单后重试',
    en: 'the list of signers is too long; shorten it and retry',
  },
  bad_timer: {
    zh: '定时器没有得到时长或时间；请补充变量后重试',
    en: 'the timer got neither a duration nor a time; give the missing variables and retry',
  },
};

export function faultWords(code: FaultCode, node: Node): Words {
  const { zh, en } = faults[code];
  const place = node.name === '' ? node.id : `${node.name}(${node.id})`;
  return { zh: `“${place}”：${zh}`, en: `"${place}": ${en}` };
}

export const refusals: Readonly<Record<RefusalCode, Words>> = {
  ended: { zh: '案件已经结束', en: 'the case has ended' },
  suspended: { zh: '案件已挂起，请先恢复', en: 'the case is suspended, resume it first' },
  not_suspended: { zh: '案件没有挂起', en: 'the case is not suspended' },
  no_such_token: { zh: '案件已不在这一步，请刷新后再试', en: 'the case no longer stands there, look again' },
  wrong_event: { zh: '这一步等待的不是这件事', en: 'this step waits for something else' },
  nobody_waits: { zh: '没有步骤在等待这条消息', en: 'no step waits for this message' },
  no_such_step: { zh: '流程中没有这一步', en: 'the process has no such step' },
  not_a_step: {
    zh: '只能移到任务、等待、子流程或结束，也只能从那里返回',
    en: 'only a task, a wait, a subprocess or an end can be moved to, or come back to',
  },
  not_multi: { zh: '这一步不是会签', en: 'this step is not signed by several' },
  no_such_signer: { zh: '会签名单中没有此人，或已签完', en: 'no such signer is left on the list' },
  last_signer: { zh: '不能减去最后一名会签人', en: 'the last signer cannot be removed' },
  too_many_signers: { zh: '会签人数已到上限', en: 'the list of signers is full' },
  bad_variables: { zh: '变量不是普通数据，或总量超过 64 KB', en: 'the variables are not plain data, or more than 64 KB in all' },
};

export function refuse(refused: RefusalCode): Refusal {
  return { refused, ...refusals[refused] };
}
