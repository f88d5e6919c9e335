import { isObject, listOf, objectOf, type Json } from '../../verification/schema/json';
import type { BlockSchema, TypeConstraint } from '../../verification/schema/provider-schema';
import { bindingName } from './binding-names';

/** The arguments of one block in the terms of its binding, and what the binding has no argument for. */
export interface BindingConfig {
  readonly config: Json;
  /** Goes in by `addOverride`, under Terraform's own names. */
  readonly overrides: Json;
}

const WITHOUT_ARGUMENT = ['provider', 'for_each', 'provisioner', 'connection', 'dynamic'];

/**
 * Turns a block's JSON into what its binding takes.
 * @param untyped arguments, under the binding's names, whose values it hands on as they are
 */
export function bindingConfig(body: Json, schema: BlockSchema, untyped: readonly string[]): BindingConfig {
  const { lifecycle, depends_on: dependsOn, count, ...rest } = withoutComment(body);
  const own = Object.entries(rest).filter(([name]) => !WITHOUT_ARGUMENT.includes(name));
  return {
    config: {
      ...blockConfig(Object.fromEntries(own), schema, untyped),
      ...(lifecycle === undefined ? {} : { lifecycle: lifecycleConfig(objectOf(lifecycle)) }),
      ...(dependsOn === undefined ? {} : { dependsOn: listOf(dependsOn).map((fqn) => ({ fqn })) }),
      ...(count === undefined ? {} : { count }),
    },
    overrides: Object.fromEntries(Object.entries(rest).filter(([name]) => WITHOUT_ARGUMENT.includes(name))),
  };
}

/** A block's arguments and nested blocks under the names of the binding; keys of maps stay as they are. */
export function blockConfig(body: Json, schema: BlockSchema, untyped: readonly string[] = []): Json {
  const entries = Object.entries(withoutComment(body)).map(([name, value]) => {
    if (untyped.includes(bindingName(name))) return [bindingName(name), value];
    const attribute = schema.attributes?.[name];
    const nested = schema.block_types?.[name]?.block;
    if (attribute !== undefined) return [bindingName(name), typedConfig(value, attribute.type)];
    if (nested === undefined || !(isObject(value) || Array.isArray(value))) return [bindingName(name), value];
    const blocks = listOf(value).map((block) => blockConfig(objectOf(block), nested, untyped));
    return [bindingName(name), Array.isArray(value) ? blocks : blocks[0]];
  });
  return Object.fromEntries(entries) as Json;
}

function typedConfig(value: unknown, type: TypeConstraint): unknown {
  if (typeof type === 'string' || typeof value !== 'object' || value === null) return value;
  if (type[0] === 'object') {
    const attributes = type[1];
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        bindingName(name),
        typedConfig(item, attributes[name] ?? 'dynamic'),
      ]),
    );
  }
  const element = type[1];
  if ((type[0] === 'list' || type[0] === 'set') && Array.isArray(value)) {
    return value.map((item) => typedConfig(item, element as TypeConstraint));
  }
  return value;
}

/** Keys and nested keys under the names of cdktf's own constructs, which have no schema. */
export function plainConfig(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainConfig);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(withoutComment(value)).map(([name, item]) => [bindingName(name), plainConfig(item)]),
  );
}

function lifecycleConfig(lifecycle: Json): Json {
  return plainConfig(lifecycle) as Json;
}

const withoutComment = ({ '//': _comment, ...body }: Json): Json => body;
