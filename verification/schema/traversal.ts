import { endOfString, parseTemplateString } from './template-string';

/** One step of a traversal: an attribute, an index that is written out, or one that only Terraform knows (and a splat). */
export type Step = { readonly attribute: string } | { readonly index: string | number } | { readonly any: true };

/** A dotted name in an expression, for instance `aws_vpc.Main.id` or `var.weight`. */
export interface Traversal {
  readonly root: string;
  readonly steps: readonly Step[];
  /** As it is written. */
  readonly text: string;
}

/** All traversals in the expressions of a string of Terraform JSON. */
export function traversalsInString(text: string): Traversal[] {
  return parseTemplateString(text).expressions.flatMap(traversalsInExpression);
}

const IDENTIFIER = /[A-Za-z_][\w-]*/y;
const INDEX = /\[\s*(?:(\d+)|"([^"$%\\]*)"|\*)\s*\]/y;
const NAME_BEFORE_IN = /\s+([A-Za-z_][\w-]*)(?:\s*,\s*([A-Za-z_][\w-]*))?\s+in\b/y;

/**
 * The traversals in one expression. No full parser: function names, literals, keywords and the variables of `for` are left
 * out, which is all that is needed to see what an expression refers to.
 */
export function traversalsInExpression(expression: string): Traversal[] {
  const found: Traversal[] = [];
  const bound = new Set<string>(['true', 'false', 'null']);
  for (let at = 0; at < expression.length;) {
    const character = expression.charAt(at);
    const identifier = match(IDENTIFIER, expression, at);
    if (character === '"') {
      const end = endOfString(expression, at + 1);
      found.push(...traversalsInString(expression.slice(at + 1, end)));
      at = end + 1;
    } else if (/\d/.test(character)) {
      at += /^\d+(\.\d+)?(e[+-]?\d+)?/i.exec(expression.slice(at))?.[0].length ?? 1;
    } else if (identifier === undefined) {
      at += 1;
    } else if (identifier[0] === 'for') {
      at += 3;
      const names = match(NAME_BEFORE_IN, expression, at);
      names?.slice(1).forEach((name) => bound.add(name));
      at += names?.[0].length ?? 0;
    } else {
      const traversal = readTraversal(expression, at, identifier[0]);
      at += traversal.text.length;
      // A name before a parenthesis is a function, `a::b` one of a provider.
      if (!/^\s*\(|^::/.test(expression.slice(at))) found.push(traversal);
    }
  }
  return found.filter(({ root }) => !bound.has(root));
}

function readTraversal(expression: string, start: number, root: string): Traversal {
  const steps: Step[] = [];
  let at = start + root.length;
  for (;;) {
    if (expression[at] === '.') {
      const name = match(IDENTIFIER, expression, at + 1)?.[0];
      const legacyIndex = /^(\d+|\*)/.exec(expression.slice(at + 1))?.[0];
      const step = name ?? legacyIndex;
      if (step === undefined) break;
      steps.push(name !== undefined ? { attribute: name } : stepOf(step));
      at += 1 + step.length;
    } else {
      const index = match(INDEX, expression, at);
      if (index === undefined) break;
      steps.push(index[2] !== undefined ? { index: index[2] } : stepOf(index[1] ?? '*'));
      at += index[0].length;
    }
  }
  // An index that is an expression ends the traversal: what follows depends on it, and its own names are read next.
  if (expression[at] === '[') steps.push({ any: true });
  return { root, steps, text: expression.slice(start, at) };
}

const stepOf = (text: string): Step => (text === '*' ? { any: true } : { index: Number(text) });

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
