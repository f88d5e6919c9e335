import type { Finding, Rule } from './finding';
import { isObject, listOf, type Json } from './json';
import type { AttributeSchema, BlockSchema, NestedBlockSchema } from './provider-schema';
import { quote, typeMismatches } from './type-check';

/** Keys that Terraform itself reads in a block of the given kind; the provider's schema does not know them. */
export const META_ARGUMENTS = {
  resource: ['count', 'for_each', 'depends_on', 'provider', 'lifecycle', 'provisioner', 'connection'],
  data: ['count', 'for_each', 'depends_on', 'provider', 'lifecycle'],
  ephemeral: ['count', 'for_each', 'depends_on', 'provider', 'lifecycle'],
  provider: ['alias', 'version'],
} as const;

export type BlockKind = keyof typeof META_ARGUMENTS;

/** Checks the arguments and nested blocks of one top-level block against its schema. */
export function checkBlock(kind: BlockKind, address: string, body: Json, schema: BlockSchema): Finding[] {
  const own = Object.entries(body).filter(([name]) => !(META_ARGUMENTS[kind] as readonly string[]).includes(name));
  return checkBody(address, '', Object.fromEntries(own), schema);
}

function checkBody(address: string, path: string, body: Json, schema: BlockSchema): Finding[] {
  const attributes = schema.attributes ?? {};
  const blocks = schema.block_types ?? {};
  const dynamic = isObject(body.dynamic) ? body.dynamic : {};
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const finding = (name: string, rule: Rule, message: string): Finding => ({
    address,
    argument: at(name),
    rule,
    message,
  });

  const unknown = Object.keys(body)
    .filter((name) => name !== '//' && name !== 'dynamic' && !(name in attributes) && !(name in blocks))
    .map((name) => finding(name, 'unknown-argument', 'must be an argument or block that the provider knows'));
  const missing = Object.entries(attributes)
    .filter(([name, { required }]) => required === true && (body[name] ?? null) === null)
    .map(([name]) => finding(name, 'missing-argument', 'must be set, the provider requires it'));
  const given = Object.entries(attributes)
    .filter(([name]) => (body[name] ?? null) !== null)
    .flatMap(([name, attribute]) => checkAttribute(address, at(name), body[name], attribute));
  const nested = Object.entries(blocks).flatMap(([name, block]) =>
    checkNested(address, at(name), body[name], name in dynamic, block),
  );
  return [...unknown, ...missing, ...given, ...nested];
}

function checkAttribute(address: string, path: string, value: unknown, attribute: AttributeSchema): Finding[] {
  const finding = (rule: Rule, message: string, suffix = ''): Finding => ({
    address,
    argument: `${path}${suffix}`,
    rule,
    message,
  });
  if (attribute.computed === true && attribute.optional !== true && attribute.required !== true) {
    return [finding('computed-only', `must not be set, only the provider sets it, got ${quote(value)}`)];
  }
  return [
    ...(attribute.deprecated === true ? [finding('deprecated', 'is deprecated')] : []),
    ...typeMismatches(value, attribute.type).map(({ path: inside, message }) => finding('wrong-type', message, inside)),
  ];
}

function checkNested(
  address: string,
  path: string,
  value: unknown,
  hasDynamic: boolean,
  schema: NestedBlockSchema,
): Finding[] {
  const finding = (rule: Rule, message: string, argument = path): Finding => ({ address, argument, rule, message });
  const items = listOf(value);
  const single = schema.nesting_mode === 'single' || schema.nesting_mode === 'group';
  const min = schema.min_items ?? 0;
  // 0 stands for "no limit" in provider schemas.
  const max = single ? 1 : schema.max_items === undefined || schema.max_items === 0 ? Infinity : schema.max_items;
  const findings: Finding[] = [];
  // How many blocks a `dynamic` block makes is known to Terraform only.
  if (!hasDynamic && items.length < min) {
    findings.push(finding('too-few-blocks', `must stand at least ${min} time(s), got ${items.length}`));
  }
  if (items.length > max) {
    findings.push(finding('too-many-blocks', `must stand at most ${max} time(s), got ${items.length}`));
  }
  if (items.length > 0 && schema.block.deprecated === true) findings.push(finding('deprecated', 'is deprecated'));
  items.forEach((item, index) => {
    const itemPath = Array.isArray(value) ? `${path}[${index}]` : path;
    if (isObject(item)) findings.push(...checkBody(address, itemPath, item, schema.block));
    else findings.push(finding('wrong-type', `must be a block, got ${quote(item)}`, itemPath));
  });
  return findings;
}
