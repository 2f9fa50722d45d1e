/**
 * The attributes of our own namespace, as a moddle descriptor. Editors that are given it show them; editors that are not keep them.
 */
export const extensionUri = 'urn:qianmo:bpmn:1';

const text = (name: string) => ({ name, isAttr: true, type: 'String' });

export const qianmoDescriptor = {
  name: 'Qianmo',
  uri: extensionUri,
  prefix: 'qianmo',
  xml: { tagAlias: 'lowerCase' },
  types: [
    { name: 'ProcessTerms', extends: ['bpmn:Process'], properties: [text('variables')] },
    { name: 'Gives', extends: ['bpmn:FlowNode'], properties: [text('gives')] },
    { name: 'TaskTerms', extends: ['bpmn:UserTask'], properties: ['role', 'assignee', 'form', 'sla', 'apart'].map(text) },
    { name: 'ServiceName', extends: ['bpmn:ServiceTask'], properties: [text('service')] },
    { name: 'DecisionName', extends: ['bpmn:BusinessRuleTask'], properties: [text('decision')] },
    {
      name: 'Signing',
      extends: ['bpmn:MultiInstanceLoopCharacteristics'],
      properties: ['collection', 'item', 'mode', 'results', 'result'].map(text),
    },
  ],
};
