/** Drawings for tests, as an editor would write them, without the picture. */

const head = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:qianmo="urn:qianmo:bpmn:1" id="file" targetNamespace="urn:test">
<message id="m_sign" name="signed"/><error id="e_down" errorCode="down"/>`;

let number = 0;
const flow = (from: string, to: string, condition?: string): string =>
  `<sequenceFlow id="f${(number += 1)}" sourceRef="${from}" targetRef="${to}">${
    condition === undefined ? '' : `<conditionExpression xsi:type="tFormalExpression">${condition}</conditionExpression>`
  }</sequenceFlow>`;
const drawing = (name: string, variables: string, body: string): string => `${head}
<process id="p" name="${name}" isExecutable="true" qianmo:variables="${variables}">
${body}
</process></definitions>`;

/** Apply → investigate → approve → release, with a machine's word first, a way back, and a week to sign. */
export const loanDrawing = drawing(
  '贷款',
  'amount',
  `<startEvent id="s"/>
<serviceTask id="collect" name="查询" qianmo:service="collect"/>
<boundaryEvent id="down" attachedToRef="collect"><errorEventDefinition errorRef="e_down"/></boundaryEvent>
<businessRuleTask id="admit" name="决策" qianmo:decision="admit"/>
<exclusiveGateway id="g" default="g_no"/>
<userTask id="investigate" name="调查" qianmo:role="investigator" qianmo:form="visit" qianmo:sla="P1D"/>
<userTask id="approve" name="审批" qianmo:role="approver" qianmo:form="verdict" qianmo:sla="PT4H"/>
<exclusiveGateway id="h" default="h_no"/>
<receiveTask id="sign" name="等签约" messageRef="m_sign"/>
<boundaryEvent id="late" attachedToRef="sign"><timerEventDefinition><timeDuration xsi:type="tFormalExpression">P7D</timeDuration></timerEventDefinition></boundaryEvent>
<userTask id="release" name="放款" qianmo:role="drawdown_officer"/>
<endEvent id="done"/><endEvent id="declined"/><endEvent id="lapsed"/>
${flow('s', 'collect')}${flow('collect', 'admit')}${flow('down', 'investigate')}${flow('admit', 'g')}
${flow('g', 'sign', 'verdict = &quot;approve&quot;')}${flow('g', 'investigate', 'verdict = &quot;refer&quot;')}
<sequenceFlow id="g_no" sourceRef="g" targetRef="declined"/>
${flow('investigate', 'approve')}${flow('approve', 'h')}${flow('h', 'sign', 'outcome = &quot;agree&quot;')}
<sequenceFlow id="h_no" sourceRef="h" targetRef="declined"/>
${flow('sign', 'release')}${flow('late', 'lapsed')}${flow('release', 'done')}`,
);

const signing = (name: string, mode: string, completion: string): string =>
  drawing(
    name,
    'signers',
    `<startEvent id="s"/>
<userTask id="vote" name="会签" qianmo:role="approver" qianmo:form="verdict" qianmo:assignee="signer">
  <multiInstanceLoopCharacteristics qianmo:collection="signers" qianmo:item="signer" qianmo:mode="${mode}" qianmo:results="votes" qianmo:result="outcome">${completion}</multiInstanceLoopCharacteristics>
</userTask>
<endEvent id="done"/>${flow('s', 'vote')}${flow('vote', 'done')}`,
  );
/** 会签: everybody signs. */
export const allSignDrawing = signing('会签', 'all', '');
/** 或签: one is enough. */
export const anySignDrawing = signing('或签', 'any', '');
/** 票签: done once two have agreed, or two have refused. */
export const voteDrawing = signing(
  '票签',
  'vote',
  `<completionCondition xsi:type="tFormalExpression">count(results[item = &quot;agree&quot;]) &gt;= 2 or count(results[item = &quot;refuse&quot;]) &gt;= 2</completionCondition>`,
);
