/** A DMN text as people read it: its decisions in order, each as an expression or as a table with the words of its author. */
import { parseDmn } from '#core/dmn/index.ts';
import type { Decision } from '#core/dmn/index.ts';
import type { ReadableDecision } from './contract.ts';

type Element = Decision['element'];

export function readableFormula(xml: string, name: string): ReadableDecision[] {
  return parseDmn(xml, { file: `${name}.dmn` }).decisions.map(({ name: decision, requires, element }) => {
    const table = below(element, 'decisionTable');
    const expression = below(element, 'literalExpression');
    return {
      name: decision,
      description: textBelow(element, 'description') || null,
      reads: requires.map((one) => one.name),
      expression: expression ? textBelow(expression, 'text') : null,
      table: table ? tableOf(table) : null,
    };
  });
}

function tableOf(table: Element): NonNullable<ReadableDecision['table']> {
  return {
    policy: table.attributes['hitPolicy'] ?? 'UNIQUE',
    inputs: all(table, 'input').map((input) => {
      const expression = below(input, 'inputExpression');
      return input.attributes['label'] ?? (expression ? textBelow(expression, 'text') : '');
    }),
    outputs: all(table, 'output').map((output) => output.attributes['label'] ?? output.attributes['name'] ?? ''),
    rules: all(table, 'rule').map((rule) => ({
      note: textBelow(rule, 'description') || null,
      inputs: all(rule, 'inputEntry').map((entry) => textBelow(entry, 'text')),
      outputs: all(rule, 'outputEntry').map((entry) => textBelow(entry, 'text')),
    })),
  };
}

const all = (element: Element, name: string): Element[] => element.children.filter((child) => child.name === name);
const below = (element: Element, name: string): Element | undefined => element.children.find((child) => child.name === name);
const textBelow = (element: Element, name: string): string => below(element, name)?.text.trim() ?? '';
