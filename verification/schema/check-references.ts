import type { Finding, Rule } from './finding';
import { isObject, listOf, objectOf, type Json } from './json';
import type { BlockSchema, TypeConstraint } from './provider-schema';
import { traversalsInExpression, traversalsInString, type Step, type Traversal } from './traversal';

/** The blocks of a stack that can be referred to, with their schemas. */
export interface ReferenceScope {
  readonly stack: Json;
  /** The schema of a type, or undefined when no provider has it. */
  readonly schemaOf: (kind: 'resource' | 'data' | 'ephemeral', type: string) => BlockSchema | undefined;
}

/** Names that Terraform itself provides in expressions. */
const BUILT_IN_ROOTS = ['each', 'count', 'self', 'path', 'terraform'];

const KIND_IN_WORDS = { resource: 'a resource', data: 'a data source', ephemeral: 'an ephemeral resource' } as const;

/** Checks that whatever a block refers to exists in the stack, and that it has the attribute. */
export function checkReferences(address: string, body: unknown, scope: ReferenceScope): Finding[] {
  const inStrings = stringsOf(body, '').flatMap(({ path, text }) =>
    traversalsInString(text).flatMap((traversal) => checkTraversal(address, path, traversal, scope)),
  );
  const seen = new Set<string>();
  return [...inStrings, ...checkMetaReferences(address, body, scope)].filter(({ argument, message }) => {
    const key = `${argument} ${message}`;
    return !seen.has(key) && seen.add(key).size > 0;
  });
}

/** A reference without `${…}`, as `depends_on` holds it. */
export function checkBareReference(address: string, path: string, text: unknown, scope: ReferenceScope): Finding[] {
  if (typeof text !== 'string' || text.includes('${')) return [];
  return traversalsInExpression(text).flatMap((traversal) => checkTraversal(address, path, traversal, scope));
}

/** `depends_on` and `replace_triggered_by` hold references without `${…}`, and `provider` names a provider block. */
function checkMetaReferences(address: string, body: unknown, scope: ReferenceScope): Finding[] {
  const { depends_on: dependsOn, lifecycle, provider } = objectOf(body);
  const triggers = listOf(objectOf(lifecycle).replace_triggered_by);
  const findings = [
    ...listOf(dependsOn).flatMap((text) => checkBareReference(address, 'depends_on', text, scope)),
    ...triggers.flatMap((text) => checkBareReference(address, 'lifecycle.replace_triggered_by', text, scope)),
  ];
  if (typeof provider !== 'string') return findings;
  const [name = '', alias] = provider.split('.');
  const exists = listOf(objectOf(scope.stack.provider)[name]).some((block) => objectOf(block).alias === alias);
  const message = `must name a provider block of this stack, got "${provider}"`;
  return exists ? findings : [...findings, { address, argument: 'provider', rule: 'unresolved-reference', message }];
}

function checkTraversal(address: string, argument: string, traversal: Traversal, scope: ReferenceScope): Finding[] {
  const { root, steps, text } = traversal;
  const finding = (rule: Rule, message: string): Finding[] => [{ address, argument, rule, message }];
  const missing = (what: string): Finding[] =>
    finding('unresolved-reference', `must refer to ${what} of this stack, got "${text}"`);

  if (BUILT_IN_ROOTS.includes(root) || steps.length === 0) return [];
  if (root === 'var') return nameAt(steps, 0) in objectOf(scope.stack.variable) ? [] : missing('a variable');
  if (root === 'local') return nameAt(steps, 0) in objectOf(scope.stack.locals) ? [] : missing('a local value');
  if (root === 'module') return nameAt(steps, 0) in objectOf(scope.stack.module) ? [] : missing('a module');

  const kind = root === 'data' || root === 'ephemeral' ? root : 'resource';
  const [type, id, rest] =
    kind === 'resource'
      ? [root, nameAt(steps, 0), steps.slice(1)]
      : [nameAt(steps, 0), nameAt(steps, 1), steps.slice(2)];
  const schema = scope.schemaOf(kind, type);
  const block = objectOf(objectOf(scope.stack[kind])[type])[id];
  // The iterator of a `dynamic` block.
  if (kind === 'resource' && schema === undefined && ['key', 'value'].includes(id)) return [];
  if (!isObject(block)) return missing(KIND_IN_WORDS[kind]);
  // A type without schema is a finding of its own, at the block.
  if (schema === undefined) return [];
  const repeated = 'count' in block || 'for_each' in block;
  const [first] = rest;
  const attributes = repeated && first !== undefined && !('attribute' in first) ? rest.slice(1) : rest;
  const problem = attributeProblem(attributes, schema);
  return problem === undefined ? [] : finding('unknown-attribute', `${problem}, got "${text}"`);
}

const nameAt = (steps: readonly Step[], position: number): string => {
  const step = steps[position];
  return step !== undefined && 'attribute' in step ? step.attribute : '';
};

/** Why steps lead nowhere in a block; undefined when they lead to a value, or to where only Terraform can tell. */
function attributeProblem(steps: readonly Step[], schema: BlockSchema): string | undefined {
  const [first, ...rest] = steps;
  if (first === undefined) return undefined;
  if (!('attribute' in first)) return 'must have an attribute after the name, as there is no count or for_each';
  const name = first.attribute;
  const attribute = schema.attributes?.[name];
  if (attribute !== undefined) return typeProblem(rest, attribute.type);
  const nested = schema.block_types?.[name];
  if (nested === undefined) return `must end in an attribute that the provider knows, which "${name}" is not`;
  const [index, ...inside] = rest;
  if (index === undefined) return undefined;
  if (nested.nesting_mode === 'single' || nested.nesting_mode === 'group') return attributeProblem(rest, nested.block);
  if ('attribute' in index) return `must have an index after "${name}", which is a ${nested.nesting_mode} of blocks`;
  return attributeProblem(inside, nested.block);
}

function typeProblem(steps: readonly Step[], type: TypeConstraint): string | undefined {
  const [first, ...rest] = steps;
  if (first === undefined || type === 'dynamic') return undefined;
  if (typeof type === 'string') return `must end at a ${type}`;
  switch (type[0]) {
    case 'object': {
      const name = 'attribute' in first ? first.attribute : 'index' in first ? String(first.index) : undefined;
      if (name === undefined) return undefined;
      const attribute = type[1][name];
      return attribute === undefined ? `must name an attribute of the object` : typeProblem(rest, attribute);
    }
    case 'map':
      return typeProblem(rest, type[1]);
    case 'list':
    case 'set':
      return 'attribute' in first ? `must have an index into the ${type[0]}` : typeProblem(rest, type[1]);
    case 'tuple':
      return undefined;
  }
}

/** Every string inside a value, with the path to it; comments (`//`) are no part of it. */
function stringsOf(value: unknown, path: string): { readonly path: string; readonly text: string }[] {
  if (typeof value === 'string') return value.includes('{') ? [{ path, text: value }] : [];
  if (Array.isArray(value)) return value.flatMap((item, index) => stringsOf(item, `${path}[${index}]`));
  return Object.entries(objectOf(value)).flatMap(([key, item]) =>
    key === '//' ? [] : stringsOf(item, path === '' ? key : `${path}.${key}`),
  );
}
