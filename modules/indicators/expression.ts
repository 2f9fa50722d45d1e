/**
 * The expression language of the catalogue: text → tree. Names are columns (lower case) or indicator codes (upper case).
 *
 *     or · and · not · = <> < <= > >= · in (…) · is known · is unknown · + - · * / · -x · if … then … else … · name(…) · 'text' · 12.5 · true
 */

export type BinaryOperator = '+' | '-' | '*' | '/' | '=' | '<>' | '<' | '<=' | '>' | '>=' | 'and' | 'or';

/** `at` is the offset in the expression's text. */
export type Expression =
  | { kind: 'literal'; value: string | number | boolean; at: number }
  | { kind: 'name'; name: string; at: number }
  | { kind: 'call'; name: string; arguments: Expression[]; at: number }
  | { kind: 'minus'; operand: Expression; at: number }
  | { kind: 'not'; operand: Expression; at: number }
  | { kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression; at: number }
  | { kind: 'in'; operand: Expression; options: Expression[]; at: number }
  | { kind: 'known'; operand: Expression; known: boolean; at: number }
  | { kind: 'if'; condition: Expression; yes: Expression; no: Expression | null; at: number };

export class ExpressionError extends Error {
  readonly at: number;
  readonly zh: string;
  readonly en: string;
  constructor(at: number, zh: string, en: string) {
    super(`${zh} / ${en}`);
    this.name = 'ExpressionError';
    this.at = at;
    this.zh = zh;
    this.en = en;
  }
}

interface Token {
  kind: 'number' | 'text' | 'word' | 'sign' | 'end';
  text: string;
  at: number;
}

const tokenPattern = /\s+|(?<number>\d+(?:\.\d+)?)|(?<text>'[^']*')|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<sign><>|<=|>=|[=<>+\-*/(),])/y;
const keywords = new Set(['and', 'or', 'not', 'in', 'is', 'known', 'unknown', 'if', 'then', 'else', 'true', 'false']);
const longest = 2000;
const deepest = 60;

function tokens(text: string): Token[] {
  if (text.length > longest) throw new ExpressionError(0, `表达式超过 ${longest} 个字符`, `longer than ${longest} characters`);
  const found: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const at = tokenPattern.lastIndex;
    const match = tokenPattern.exec(text);
    if (!match) {
      const rest = text.slice(at, at + 12);
      throw new ExpressionError(at, `无法识别 ${rest}`, `cannot read ${rest}`);
    }
    for (const kind of ['number', 'text', 'word', 'sign'] as const) {
      const part = match.groups?.[kind];
      if (part !== undefined) found.push({ kind, text: part, at });
    }
  }
  found.push({ kind: 'end', text: '', at: text.length });
  return found;
}

export function parseExpression(text: string): Expression {
  const reader = new Reader(tokens(text));
  const tree = reader.expression();
  reader.finish();
  return tree;
}

class Reader {
  readonly #tokens: Token[];
  #next = 0;
  #depth = 0;

  constructor(all: Token[]) {
    this.#tokens = all;
  }

  #peek(): Token {
    const token = this.#tokens[this.#next];
    if (!token) throw new Error('read past the end of an expression');
    return token;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #accept(...texts: string[]): Token | null {
    const token = this.#peek();
    return (token.kind === 'word' || token.kind === 'sign') && texts.includes(token.text) ? this.#take() : null;
  }

  #expect(text: string): Token {
    const token = this.#accept(text);
    if (token) return token;
    const found = this.#peek().text || '结尾 / the end';
    throw new ExpressionError(this.#peek().at, `此处应为 ${text}，而不是 ${found}`, `expected ${text}, found ${found}`);
  }

  finish(): void {
    const token = this.#peek();
    if (token.kind !== 'end') throw new ExpressionError(token.at, `多余的 ${token.text}`, `unexpected ${token.text}`);
  }

  expression(): Expression {
    this.#depth += 1;
    if (this.#depth > deepest) throw new ExpressionError(this.#peek().at, `嵌套超过 ${deepest} 层`, `nested deeper than ${deepest}`);
    const tree = this.#leftToRight(['or'], () => this.#leftToRight(['and'], () => this.#negation()));
    this.#depth -= 1;
    return tree;
  }

  #leftToRight(operators: BinaryOperator[], operand: () => Expression): Expression {
    let left = operand();
    for (let sign = this.#accept(...operators); sign; sign = this.#accept(...operators)) {
      left = { kind: 'binary', operator: sign.text as BinaryOperator, left, right: operand(), at: sign.at };
    }
    return left;
  }

  #negation(): Expression {
    const not = this.#accept('not');
    return not ? { kind: 'not', operand: this.#comparison(), at: not.at } : this.#comparison();
  }

  #comparison(): Expression {
    const left = this.#sum();
    const sign = this.#accept('=', '<>', '<', '<=', '>', '>=');
    if (sign) return { kind: 'binary', operator: sign.text as BinaryOperator, left, right: this.#sum(), at: sign.at };
    const inside = this.#accept('in');
    if (inside) return { kind: 'in', operand: left, options: this.#list(), at: inside.at };
    const is = this.#accept('is');
    if (is) {
      const known = this.#accept('known') !== null;
      if (!known) this.#expect('unknown');
      return { kind: 'known', operand: left, known, at: is.at };
    }
    return left;
  }

  #sum(): Expression {
    return this.#leftToRight(['+', '-'], () => this.#leftToRight(['*', '/'], () => this.#signed()));
  }

  #signed(): Expression {
    const minus = this.#accept('-');
    return minus ? { kind: 'minus', operand: this.#primary(), at: minus.at } : this.#primary();
  }

  #list(): Expression[] {
    this.#expect('(');
    if (this.#accept(')')) return [];
    const items = [this.expression()];
    while (this.#accept(',')) items.push(this.expression());
    this.#expect(')');
    return items;
  }

  #primary(): Expression {
    const token = this.#peek();
    if (this.#accept('(')) {
      const inner = this.expression();
      this.#expect(')');
      return inner;
    }
    if (this.#accept('if')) return this.#choice(token.at);
    if (this.#accept('true', 'false')) return { kind: 'literal', value: token.text === 'true', at: token.at };
    if (token.kind === 'number') return { kind: 'literal', value: Number(this.#take().text), at: token.at };
    if (token.kind === 'text') return { kind: 'literal', value: this.#take().text.slice(1, -1), at: token.at };
    if (token.kind === 'word' && !keywords.has(token.text)) {
      this.#take();
      const called = this.#peek().kind === 'sign' && this.#peek().text === '(';
      if (called) return { kind: 'call', name: token.text, arguments: this.#list(), at: token.at };
      return { kind: 'name', name: token.text, at: token.at };
    }
    const found = token.text || '结尾 / the end';
    throw new ExpressionError(token.at, `此处应为值，而不是 ${found}`, `expected a value, found ${found}`);
  }

  #choice(at: number): Expression {
    const condition = this.expression();
    this.#expect('then');
    const yes = this.expression();
    const no = this.#accept('else') ? this.expression() : null;
    return { kind: 'if', condition, yes, no, at };
  }
}

/** Every name an expression reads, in order of first appearance. */
export function namesIn(tree: Expression): string[] {
  const names = new Set<string>();
  const walk = (node: Expression): void => {
    if (node.kind === 'name') names.add(node.name);
    for (const part of partsOf(node)) walk(part);
  };
  walk(tree);
  return [...names];
}

function partsOf(node: Expression): Expression[] {
  switch (node.kind) {
    case 'literal':
    case 'name':
      return [];
    case 'call':
      return node.arguments;
    case 'minus':
    case 'not':
    case 'known':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'in':
      return [node.operand, ...node.options];
    case 'if':
      break;
  }
  return node.no ? [node.condition, node.yes, node.no] : [node.condition, node.yes];
}
