import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { environmentSchema } from '../environments/environment';
import { accountSchema } from '../environments/schema/account';

interface Node {
  readonly description?: string;
  readonly rule?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Node | boolean;
  readonly oneOf?: readonly Node[];
  readonly items?: Node;
  readonly const?: unknown;
}

interface Row {
  readonly path: string;
  readonly meaning: string;
  readonly rule: string;
  readonly fallback: string;
}

// Markdown would take <environment> for an HTML element and show nothing.
const escape = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

function fallbackOf(node: Node, required: boolean): string {
  // An empty default stands for the defaults of the parts.
  if (node.default !== undefined) return isEmpty(node.default) ? 'its defaults' : `\`${JSON.stringify(node.default)}\``;
  return required ? 'required' : 'optional';
}

function rowsOf(path: string, node: Node, required: boolean): Row[] {
  const own: Row = {
    path,
    meaning: node.description ?? '',
    rule: node.rule ?? (node.const === undefined ? '' : `must be ${JSON.stringify(node.const)}`),
    fallback: fallbackOf(node, required),
  };
  return [...(path === '' ? [] : [own]), ...childrenOf(path, node)];
}

function childrenOf(path: string, node: Node): Row[] {
  const prefix = path === '' ? '' : `${path}.`;
  const properties = Object.entries(node.properties ?? {}).flatMap(([key, child]) =>
    rowsOf(`${prefix}${key}`, child, node.required?.includes(key) === true),
  );
  const values =
    typeof node.additionalProperties === 'object' ? rowsOf(`${prefix}<name>`, node.additionalProperties, true) : [];
  const options = (node.oneOf ?? []).flatMap((option) => childrenOf(`${path} (${discriminatorOf(option)})`, option));
  const item = node.items?.properties === undefined ? [] : childrenOf(`${path}[]`, node.items);
  return [...properties, ...values, ...options, ...item];
}

const discriminatorOf = (option: Node): string =>
  Object.values(option.properties ?? {})
    .flatMap((property) => (property.const === undefined ? [] : [JSON.stringify(property.const)]))
    .join(', ');

// A scalar inside a list has no row of its own: its rule stands in the list's row.
const withItemRules = (node: Node): Node => {
  const map = (record: Readonly<Record<string, Node>> | undefined) =>
    record && Object.fromEntries(Object.entries(record).map(([key, child]) => [key, withItemRules(child)]));
  return {
    ...node,
    rule: node.rule ?? (node.items?.rule === undefined ? undefined : `each ${node.items.rule}`),
    properties: map(node.properties),
    oneOf: node.oneOf?.map(withItemRules),
    items: node.items && withItemRules(node.items),
    additionalProperties:
      typeof node.additionalProperties === 'object'
        ? withItemRules(node.additionalProperties)
        : node.additionalProperties,
  };
};

const tableOf = (schema: z.ZodType): string => {
  const json = withItemRules(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node);
  return [
    '| field | meaning | rule | default |',
    '| --- | --- | --- | --- |',
    ...rowsOf('', json, true).map(
      ({ path, meaning, rule, fallback }) =>
        `| \`${path}\` | ${escape(meaning)} | ${escape(rule)} | ${escape(fallback)} |`,
    ),
  ].join('\n');
};

/** The reference of `environments/*.ts` as Markdown, made from the schema. */
export function environmentReference(): string {
  return `<!-- Made by npm run docs:environments from environments/environment.ts. Change the schema, not this file. -->

# Environment reference

Each file \`environments/<name>.ts\` exports one object. Unknown keys are errors. \`<name>\` stands for a key of your choice,
\`[]\` for each item of a list; where a field offers several shapes, the one that a row belongs to stands in brackets.

## Environments (\`environments/<name>.ts\`)

${tableOf(environmentSchema)}

## Accounts (\`environments/accounts.ts\`)

Each account by its name:

${tableOf(accountSchema)}
`;
}

if (require.main === module) {
  writeFileSync(join(__dirname, '..', 'docs', 'environment-reference.md'), environmentReference());
}
