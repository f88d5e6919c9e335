import { checkBlock } from './check-block';
import { checkBareReference, checkReferences, type ReferenceScope } from './check-references';
import type { Finding } from './finding';
import { isObject, listOf, objectOf, type Json } from './json';
import type { BlockSchema, ProviderSchemas } from './provider-schema';

const SCHEMA_KEYS = {
  resource: 'resource_schemas',
  data: 'data_source_schemas',
  ephemeral: 'ephemeral_resource_schemas',
} as const;

type Kind = keyof typeof SCHEMA_KEYS;

/** Top-level blocks other than resources and providers whose expressions may refer to something. */
const REFERRING_BLOCKS = ['output', 'variable', 'locals', 'import', 'check'] as const;

/**
 * Checks one stack's Terraform JSON against the schemas of its providers: types, arguments, value types, numbers of
 * blocks, arguments that only the provider sets, deprecated ones, and that every reference leads somewhere.
 * @param stack the content of `cdk.tf.json`
 * @param schemas by the provider's local name
 */
export function checkStack(stack: Json, schemas: ProviderSchemas): Finding[] {
  const schemaOf = (kind: Kind, type: string): BlockSchema | undefined =>
    Object.values(schemas)
      .map((provider) => provider[SCHEMA_KEYS[kind]]?.[type])
      .find((schema) => schema !== undefined)?.block;
  const scope: ReferenceScope = { stack, schemaOf };
  return [
    ...(['resource', 'data', 'ephemeral'] as const).flatMap((kind) => checkKind(kind, scope)),
    ...checkProviders(scope, schemas),
    ...REFERRING_BLOCKS.flatMap((name) => checkReferences(name, stack[name], scope)),
    ...(['import', 'moved'] as const).flatMap((name) =>
      listOf(stack[name]).flatMap((block) => checkBareReference(name, 'to', objectOf(block).to, scope)),
    ),
  ];
}

function checkKind(kind: Kind, scope: ReferenceScope): Finding[] {
  const findings: Finding[] = [];
  for (const [type, byId] of Object.entries(objectOf(scope.stack[kind]))) {
    const schema = scope.schemaOf(kind, type);
    for (const [id, body] of Object.entries(objectOf(byId))) {
      const address = kind === 'resource' ? `${type}.${id}` : `${kind}.${type}.${id}`;
      if (schema === undefined) {
        const message = 'must be a type that one of the providers has';
        findings.push({ address, argument: '', rule: 'unknown-type', message });
      } else {
        findings.push(...checkBlock(kind, address, objectOf(body), schema));
        findings.push(...checkLifecycle(address, objectOf(body), schema));
      }
      findings.push(...checkReferences(address, body, scope));
    }
  }
  return findings;
}

const LIFECYCLE_ARGUMENTS = [
  'create_before_destroy',
  'prevent_destroy',
  'ignore_changes',
  'replace_triggered_by',
  'precondition',
  'postcondition',
];

/** `ignore_changes` with a misspelt attribute ignores nothing, and Terraform says so only at plan time. */
function checkLifecycle(address: string, body: Json, schema: BlockSchema): Finding[] {
  const lifecycle = objectOf(body.lifecycle);
  const unknown = Object.keys(lifecycle).filter((name) => !LIFECYCLE_ARGUMENTS.includes(name));
  const ignored = listOf(lifecycle.ignore_changes).filter((entry): entry is string => typeof entry === 'string');
  const unknownIgnored = ignored.filter((entry) => {
    const [name = ''] = entry.split(/[.[]/);
    return name !== 'all' && !(name in (schema.attributes ?? {})) && !(name in (schema.block_types ?? {}));
  });
  return [
    ...unknown.map((name) => `lifecycle.${name}`),
    ...unknownIgnored.map((entry) => `lifecycle.ignore_changes "${entry}"`),
  ].map((argument) => ({
    address,
    argument,
    rule: 'unknown-argument' as const,
    message: 'must be an argument that Terraform or the provider knows',
  }));
}

function checkProviders(scope: ReferenceScope, schemas: ProviderSchemas): Finding[] {
  return Object.entries(objectOf(scope.stack.provider)).flatMap(([name, blocks]) => {
    const schema = schemas[name]?.provider.block;
    return listOf(blocks).flatMap((block): Finding[] => {
      const address = `provider.${name}`;
      if (!isObject(block)) return [];
      if (schema === undefined) {
        return [{ address, argument: '', rule: 'unknown-type', message: 'must be a provider whose schema is known' }];
      }
      return [...checkBlock('provider', address, block, schema), ...checkReferences(address, block, scope)];
    });
  });
}
