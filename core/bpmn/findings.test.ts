import { describe, expect, test } from 'vitest';
import { checkProcess, findingCodes, hasErrors, parseProcess, type Finding, type FindingCode, type Known } from './index.ts';
import { mostCharacters, mostElements } from './guard.ts';
import { fileOf, flows, messages } from './testing/process.ts';

const known: Known = {
  services: new Map([['pull', ['score']]]),
  decisions: new Map([['retail', ['outcome']]]),
  forms: new Map([['visit', ['opinion']]]),
  roles: new Set(['r']),
};

async function findingsOf(xml: string): Promise<readonly Finding[]> {
  const { definition, findings } = await parseProcess(xml);
  return definition ? [...findings, ...checkProcess(definition, known)] : findings;
}

const ends = '<startEvent id="s"/><endEvent id="end"/>';
const ok = `${ends}<userTask id="a" qianmo:role="r"/>${flows('s -> a\na -> end')}`;
const task = (...ids: string[]) => ids.map((id) => `<userTask id="${id}" qianmo:role="r"/>`).join('');
const timer = (form: string) => `<timerEventDefinition>${form}</timerEventDefinition>`;
const catching = (form: string) =>
  `${ends}<intermediateCatchEvent id="t">${timer(form)}</intermediateCatchEvent>${flows('s -> t\nt -> end')}`;
const bell = (form: string) =>
  `${ok}<boundaryEvent id="b" attachedToRef="a" cancelActivity="false">${timer(form)}</boundaryEvent><endEvent id="e9"/>${flows('f8: b -> e9')}`;
const choice = (lines: string, more = '', attributes = '') =>
  `${ends}<exclusiveGateway id="g" ${attributes}/>${task('a', 'b')}${more}${flows(`s -> g\n${lines}\na -> end\nb -> end`)}`;
const signing = (attributes: string, inside = '') =>
  `${ends}<userTask id="a"><multiInstanceLoopCharacteristics ${attributes}>${inside}</multiInstanceLoopCharacteristics></userTask>${flows('s -> a\na -> end')}`;
const fork = (join: string) =>
  `${ends}<parallelGateway id="g"/><${join} id="j"/>${task('a', 'b', 'c')}${flows('s -> g\ng -> a\ng -> b\na -> j\nb -> j\nj -> c\nc -> end')}`;

/** Every code with a process that has it: the file or the body of one, and the element that is named. */
const cases: readonly (readonly [code: FindingCode, body: string, element: string])[] = [
  ['unsupported_element', `${ok}<scriptTask id="z"/>`, 'z'],
  ['unsupported_element', `${ok}<manualTask id="z"/>`, 'z'],
  ['unsupported_element', `${ok}<callActivity id="z"/>`, 'z'],
  ['unsupported_element', `${ok}<complexGateway id="z"/>`, 'z'],
  ['unsupported_element', `${ok}<transaction id="z"/>`, 'z'],
  ['unsupported_element', `${ok}<intermediateCatchEvent id="z"><signalEventDefinition/></intermediateCatchEvent>`, 'z'],
  ['unsupported_element', `${ok}<intermediateThrowEvent id="z"/>`, 'z'],
  ['unsupported_element', `${ok}<endEvent id="z"><escalationEventDefinition/></endEvent>`, 'z'],
  ['unsupported_element', `${ok}<boundaryEvent id="z" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>`, 'z'],
  ['unsupported_element', ok.replace('qianmo:role="r"/>', 'qianmo:role="r"><standardLoopCharacteristics/></userTask>'), 'a'],
  ['unsupported_element', `${ok}<endEvent id="z"><terminateEventDefinition/><errorEventDefinition errorRef="err1"/></endEvent>`, 'z'],
  ['unsupported_property', `${ok}<subProcess id="z" triggeredByEvent="true"/>`, 'z'],
  [
    'unsupported_property',
    ok.replace('qianmo:role="r"/>', 'qianmo:role="r"><ioSpecification><inputSet/><outputSet/></ioSpecification></userTask>'),
    'a',
  ],
  ['unsupported_property', ok.replace('<startEvent id="s"/>', '<startEvent id="s"><messageEventDefinition/></startEvent>'), 's'],
  ['unsupported_property', ok.replace('qianmo:role="r"/>', 'qianmo:role="r" isForCompensation="true"/>'), 'a'],
  ['unsupported_property', signing('qianmo:collection="list"', '<loopCardinality>3</loopCardinality>'), 'a'],
  ['unknown_content', ok.replace('qianmo:role="r"/>', 'qianmo:role="r"><wobble/></userTask>'), ''],
  ['unknown_content', ok.replace('qianmo:role', 'qianmo:rolle'), 'a'],
  ['unknown_content', ok.replace('qianmo:role', 'wobble'), 'a'],
  ['unresolved_reference', `${ok}<sequenceFlow id="z" sourceRef="a" targetRef="nowhere"/>`, 'z'],
  ['unresolved_reference', ok.replace('qianmo:role="r"', 'qianmo:role="r" qianmo:apart="nowhere"'), 'a'],
  ['flow_without_end', `${ok}<sequenceFlow id="z" sourceRef="a"/>`, 'z'],
  ['no_id', `${ok}<userTask qianmo:role="r"/>`, ''],
  ['drawing_only', `${ok}<dataObjectReference id="z"/>`, 'z'],
  ['drawing_only', `<laneSet id="z"><lane id="l"/></laneSet>${ok}`, 'z'],
  ['no_start', '<endEvent id="end"/>', 'p'],
  ['no_start', `${ok}<subProcess id="z"/>`, 'z'],
  ['many_starts', `${ok}<startEvent id="z"/>`, 'z'],
  ['start_has_incoming', `${ok}${flows('z: a -> s')}`, 's'],
  ['end_has_outgoing', `${ok}${flows('z: end -> a')}`, 'end'],
  [
    'flow_crosses_scope',
    `${ok}<subProcess id="z"><startEvent id="zs"/><endEvent id="ze"/>${flows('z1: zs -> ze')}</subProcess>${flows('z2: a -> ze')}`,
    'z2',
  ],
  ['condition_misplaced', `${ends}${task('a')}${flows('s -> a\nz: a -> end [x > 1]')}`, 'z'],
  ['default_has_condition', choice('z: g -> a [x > 1]\ng -> b [x < 1]', '', 'default="z"'), 'z'],
  ['bad_default', choice('g -> a [x > 1]\ng -> b [x < 1]', flows('z: a -> b'), 'default="z"'), 'g'],
  ['bad_host', `${ok}<boundaryEvent id="z" attachedToRef="a"><errorEventDefinition/></boundaryEvent>`, 'z'],
  ['bad_host', `${ok}<boundaryEvent id="z" attachedToRef="z">${timer('<timeDuration>PT1H</timeDuration>')}</boundaryEvent>`, 'z'],
  ['boundary_has_incoming', bell('<timeCycle>R2/PT1H</timeCycle>') + flows('z: a -> b'), 'b'],
  ['bad_event_gateway', `${ends}<eventBasedGateway id="g"/>${task('a')}${flows('s -> g\ng -> a\na -> end')}`, 'g'],
  ['missing_term', `${ends}<serviceTask id="a"/>${flows('s -> a\na -> end')}`, 'a'],
  ['missing_term', `${ends}<businessRuleTask id="a"/>${flows('s -> a\na -> end')}`, 'a'],
  ['missing_term', `${ends}<receiveTask id="a"/>${flows('s -> a\na -> end')}`, 'a'],
  ['missing_term', `${ok}<endEvent id="z"><errorEventDefinition/></endEvent>`, 'z'],
  ['missing_term', signing(''), 'a'],
  ['missing_term', signing('qianmo:collection="list" qianmo:mode="vote"'), 'a'],
  ['missing_term', `${ok}<boundaryEvent id="z">${timer('<timeDuration>PT1H</timeDuration>')}</boundaryEvent>`, 'z'],
  ['bad_term', signing('qianmo:collection="list" qianmo:mode="most"'), 'a'],
  ['bad_term', ok.replace('qianmo:role="r"', 'qianmo:role="r" qianmo:sla="two days"'), 'a'],
  ['bad_expression', choice('z: g -> a [x >]\ng -> b'), 'z'],
  ['bad_expression', choice('z: g -> a [some i in 1..9999999 satisfies i = x]\ng -> b'), 'z'],
  ['bad_expression', choice('z: g -> a [{f: function(n) f(n), r: f(1)}.r = x]\ng -> b'), 'z'],
  ['bad_expression', choice('z: g -> a [today() > date(x)]\ng -> b'), 'z'],
  ['bad_expression', choice(`z: g -> a [${'x + '.repeat(600)}1 > 1]\ng -> b`), 'z'],
  ['bad_timer', catching('<timeDuration>soon</timeDuration>'), 't'],
  ['bad_timer', catching('<timeDuration>-PT1H</timeDuration>'), 't'],
  ['bad_timer', catching('<timeDate>P1D</timeDate>'), 't'],
  ['bad_timer', catching('<timeCycle>R3/PT1H</timeCycle>'), 't'],
  ['bad_timer', bell('<timeCycle>R0/PT1H</timeCycle>'), 'b'],
  ['bad_timer', bell('<timeCycle>R/PT0S</timeCycle>'), 'b'],
  ['fixed_date', catching('<timeDate>2027-06-30T09:00:00+08:00</timeDate>'), 't'],
  ['unknown_service', `${ends}<serviceTask id="a" qianmo:service="push"/>${flows('s -> a\na -> end')}`, 'a'],
  ['unknown_decision', `${ends}<businessRuleTask id="a" qianmo:decision="wholesale"/>${flows('s -> a\na -> end')}`, 'a'],
  ['unknown_role', ok.replace('role="r"', 'role="clown"'), 'a'],
  ['unknown_form', ok.replace('role="r"', 'role="r" qianmo:form="none"'), 'a'],
  ['task_for_nobody', ok.replace('qianmo:role="r"', ''), 'a'],
  ['task_for_nobody', ok.replace('qianmo:role="r"', 'qianmo:role="r" qianmo:apart="a"'), 'a'],
  ['unknown_variable', choice('z: g -> a [amount > 1]\nf9: g -> b', '', 'default="f9"'), 'z'],
  ['unknown_variable', catching('<timeDuration>=duration(pause)</timeDuration>'), 't'],
  ['gateway_without_default', choice('g -> a [x > 1]\ng -> b [x < 1]'), 'g'],
  ['flow_without_condition', choice('g -> a [x > 1]\nz: g -> b'), 'z'],
  ['unreachable', `${ok}${task('z')}${flows('f9: z -> end')}`, 'z'],
  ['no_way_to_end', choice('g -> a [x > 1]\nf9: g -> b', `${task('z')}${flows('f7: a -> z')}`, 'default="f9"'), 'z'],
  ['deadlock', fork('parallelGateway').replace('<parallelGateway id="g"/>', '<exclusiveGateway id="g"/>'), 'j'],
  ['unsynchronised', fork('exclusiveGateway'), 'c'],
  [
    'endless',
    `${ends}<exclusiveGateway id="m1"/>${task('a')}<parallelGateway id="g"/>${flows('s -> m1\nm1 -> a\na -> g\ng -> m1\ng -> end')}`,
    'm1',
  ],
];

/** What only a file as a whole can have. */
const files: readonly (readonly [code: FindingCode, xml: string])[] = [
  ['too_large', fileOf(ok).replace('流程', 'x'.repeat(mostCharacters))],
  ['too_large', `<a>${'x'.repeat(100_000_000)}</a>`],
  ['malformed', fileOf(ok).replace('</process>', '')],
  ['malformed', fileOf(ok).replace('流程', '&bomb;')],
  ['malformed', ''],
  ['malformed', 'PK\u0003\u0004'],
  ['doctype', fileOf(ok).replace('<definitions', '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<definitions')],
  ['doctype', fileOf(ok).replace('<definitions', '<!DOCTYPE d SYSTEM "file:///etc/passwd">\n<definitions')],
  ['too_deep', fileOf(`${'<subProcess>'.repeat(5000)}${'</subProcess>'.repeat(5000)}`)],
  ['too_deep', fileOf('<subProcess>'.repeat(60_000))],
  ['too_many_elements', fileOf('<task/>'.repeat(mostElements))],
  ['duplicate_id', fileOf(ok.replace('id="end"', 'id="s"'))],
  ['bad_id', fileOf(ok.replaceAll('"a"', '"__proto__"'))],
  ['bad_id', fileOf(ok.replaceAll('"a"', '"a b"'))],
  ['not_bpmn', '<html/>'],
  ['unknown_namespace', fileOf(ok.replace('<userTask', '<userTask xmlns:evil="urn:evil" evil:x="1"'))],
  [
    'vendor_extension',
    fileOf(ok.replace('<userTask', '<userTask xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:assignee="x"')),
  ],
  ['no_process', fileOf(ok).replace('isExecutable="true"', '')],
  ['many_processes', fileOf(ok).replace('</definitions>', '<process id="p2" isExecutable="true"/></definitions>')],
  ['unsupported_element', fileOf(ok, '<choreography id="z"/>')],
  ['drawing_only', fileOf(ok, '<collaboration id="z"><participant id="z1" processRef="p"/></collaboration>')],
];

describe('a process has no findings when nothing is wrong', () => {
  test.each([ok, fork('parallelGateway'), bell('<timeCycle>R2/PT1H</timeCycle>'), signing('qianmo:collection="list"')])(
    '%#',
    async (body) => {
      expect(await findingsOf(fileOf(body, messages))).toEqual([]);
    },
  );
});

describe('every finding names its element, and says what and the cure in both languages', () => {
  const all = [
    ...cases.map(([code, body, element]) => [code, fileOf(body, messages), element] as const),
    ...files.map(([code, xml]) => [code, xml, undefined] as const),
  ];

  test.each(all.map(([code, xml, element], index) => [`${code} ${element ?? ''} #${index}`, code, xml, element] as const))(
    '%s',
    async (_, code, xml, element) => {
      const findings = await findingsOf(xml);
      const found = findings.filter((each) => each.code === code);
      expect(found.map((each) => each.element)).toContain(element ?? found[0]?.element);
      for (const each of found) {
        expect(each.what.zh + each.cure.zh).toMatch(/[\u4e00-\u9fff]/);
        expect(each.what.en).toMatch(/[a-z]/);
        expect(each.what.zh + each.what.en).not.toContain('%');
      }
      expect(findings.length).toBeLessThan(20);
    },
  );

  test('no code is left untested', () => {
    const tested = new Set<string>([...cases, ...files].map(([code]) => code));
    expect(findingCodes.filter((code) => !tested.has(code) && code !== 'too_large_to_prove')).toEqual([]);
  });

  test('too many ways to run are said to be too many, within bounds', async () => {
    const branches = Array.from({ length: 12 }, (_, index) => `a${index}`);
    const lines = branches.flatMap((id) => [`g -> ${id}`, `${id} -> ${id}b`, `${id}b -> j`]);
    const body = `${ends}<parallelGateway id="g"/><parallelGateway id="j"/>${task(...branches, ...branches.map((id) => `${id}b`))}${flows(['s -> g', ...lines, 'j -> end'].join('\n'))}`;
    const findings = await findingsOf(fileOf(body));
    expect(findings.map((each) => each.code)).toEqual(['too_large_to_prove']);
    expect(hasErrors(findings)).toBe(false);
  });
});

describe('files of editors', () => {
  test('a drawing, notes and the attributes of Camunda Modeler are taken, with a note where they have no effect', async () => {
    const xml = fileOf(
      `${ok}<textAnnotation id="n"><text>看这里</text></textAnnotation><association id="as" sourceRef="a" targetRef="n"/>`,
    ).replace(
      '</definitions>',
      `<bpmndi:BPMNDiagram xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="di">
       <bpmndi:BPMNPlane id="plane" bpmnElement="p"><bpmndi:BPMNShape id="s_di" bpmnElement="s"><dc:Bounds x="1" y="2" width="36" height="36"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram></definitions>`,
    );
    const modeler = xml.replace(
      'id="file"',
      'id="file" xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Cloud"',
    );
    expect(await findingsOf(xml)).toEqual([]);
    expect(await findingsOf(modeler)).toMatchObject([{ level: 'note', code: 'vendor_extension' }]);
  });
});
