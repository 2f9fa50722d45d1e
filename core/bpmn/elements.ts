/** Reading moddle's elements without trusting their shape. */
import type { ModdleElement } from 'bpmn-moddle';

export function isElement(value: unknown): value is ModdleElement {
  return typeof value === 'object' && value !== null && '$type' in value && typeof value.$type === 'string' && 'get' in value;
}

export function textOf(element: ModdleElement, name: string): string | undefined {
  const value = element.get(name);
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return trimmed === '' ? undefined : trimmed;
}

export function wordsOf(element: ModdleElement, name: string): string[] {
  return (textOf(element, name) ?? '').split(/\s+/).filter((word) => word !== '');
}

export function partOf(element: ModdleElement, name: string): ModdleElement | undefined {
  const value = element.get(name);
  return isElement(value) ? value : undefined;
}

export function partsOf(element: ModdleElement, name: string): ModdleElement[] {
  const value = element.get(name);
  return Array.isArray(value) ? value.filter(isElement) : [];
}

export function idOf(element: ModdleElement): string {
  return textOf(element, 'id') ?? '';
}

export function nameOf(element: ModdleElement): string {
  return (textOf(element, 'name') ?? '').replace(/\s+/g, ' ');
}

/** The text of an expression element. */
export function bodyOf(element: ModdleElement, name: string): string | undefined {
  const expression = partOf(element, name);
  return expression && textOf(expression, 'body');
}

/** What the file states of an element itself: references and defaults are not among them. */
export function statedBy(element: ModdleElement): string[] {
  return Object.keys(element)
    .filter((key) => !key.startsWith('$'))
    .map((key) => key.replace(/^\w+:/, ''));
}

/** `bpmn:UserTask` as the file writes it. */
export function tagOf(element: ModdleElement): string {
  const [, local = element.$type] = element.$type.split(':');
  return `<${local.charAt(0).toLowerCase()}${local.slice(1)}>`;
}
