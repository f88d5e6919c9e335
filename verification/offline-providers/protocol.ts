import type { ServiceClientConstructor } from '@grpc/grpc-js';
import { loadPackageDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';

/**
 * Terraform's plugin protocol 6, as far as an offline provider needs it: the messages' fields with their numbers and types.
 * Fields that are not listed are skipped when a message is read.
 * @see https://developer.hashicorp.com/terraform/plugin/terraform-plugin-protocol
 */
type FieldSpec = readonly [number: number, type: string, kind?: 'repeated' | 'map'];
type MessageSpec = Readonly<Record<string, FieldSpec>>;

const DIAGNOSTICS = (number: number): MessageSpec => ({ diagnostics: [number, 'Diagnostic', 'repeated'] });

const MESSAGES: Readonly<Record<string, MessageSpec>> = {
  DynamicValue: { msgpack: [1, 'bytes'], json: [2, 'bytes'] },
  RawState: { json: [1, 'bytes'] },
  // Severity: 1 is an error, 2 a warning.
  Diagnostic: { severity: [1, 'int32'], summary: [2, 'string'], detail: [3, 'string'] },
  Step: { attribute_name: [1, 'string'] },
  AttributePath: { steps: [1, 'Step', 'repeated'] },
  Attribute: {
    name: [1, 'string'],
    type: [2, 'bytes'],
    required: [4, 'bool'],
    optional: [5, 'bool'],
    computed: [6, 'bool'],
    sensitive: [7, 'bool'],
    deprecated: [9, 'bool'],
    write_only: [11, 'bool'],
  },
  NestedBlock: {
    type_name: [1, 'string'],
    block: [2, 'Block'],
    // 1 single, 2 list, 3 set, 4 map, 5 group.
    nesting: [3, 'int32'],
    min_items: [4, 'int64'],
    max_items: [5, 'int64'],
  },
  Block: {
    attributes: [2, 'Attribute', 'repeated'],
    block_types: [3, 'NestedBlock', 'repeated'],
    deprecated: [6, 'bool'],
  },
  Schema: { version: [1, 'int64'], block: [2, 'Block'] },
};

/** Request and response of each call, under the names that the service gives them. */
const CALLS: Readonly<Record<string, { readonly request: MessageSpec; readonly response: MessageSpec }>> = {
  GetProviderSchema: {
    request: {},
    response: {
      provider: [1, 'Schema'],
      resource_schemas: [2, 'Schema', 'map'],
      data_source_schemas: [3, 'Schema', 'map'],
      ephemeral_resource_schemas: [8, 'Schema', 'map'],
    },
  },
  ValidateProviderConfig: { request: { config: [1, 'DynamicValue'] }, response: DIAGNOSTICS(2) },
  ValidateResourceConfig: {
    request: { type_name: [1, 'string'], config: [2, 'DynamicValue'] },
    response: DIAGNOSTICS(1),
  },
  ValidateDataResourceConfig: {
    request: { type_name: [1, 'string'], config: [2, 'DynamicValue'] },
    response: DIAGNOSTICS(1),
  },
  ValidateEphemeralResourceConfig: {
    request: { type_name: [1, 'string'], config: [2, 'DynamicValue'] },
    response: DIAGNOSTICS(1),
  },
  ConfigureProvider: { request: { config: [2, 'DynamicValue'] }, response: DIAGNOSTICS(1) },
  UpgradeResourceState: {
    request: { type_name: [1, 'string'], version: [2, 'int64'], raw_state: [3, 'RawState'] },
    response: { upgraded_state: [1, 'DynamicValue'], ...DIAGNOSTICS(2) },
  },
  ReadResource: {
    request: { type_name: [1, 'string'], current_state: [2, 'DynamicValue'] },
    response: { new_state: [1, 'DynamicValue'], ...DIAGNOSTICS(2) },
  },
  PlanResourceChange: {
    request: {
      type_name: [1, 'string'],
      prior_state: [2, 'DynamicValue'],
      proposed_new_state: [3, 'DynamicValue'],
      config: [4, 'DynamicValue'],
    },
    response: {
      planned_state: [1, 'DynamicValue'],
      requires_replace: [2, 'AttributePath', 'repeated'],
      ...DIAGNOSTICS(4),
    },
  },
  ApplyResourceChange: {
    request: {
      type_name: [1, 'string'],
      prior_state: [2, 'DynamicValue'],
      planned_state: [3, 'DynamicValue'],
      config: [4, 'DynamicValue'],
    },
    response: { new_state: [1, 'DynamicValue'], ...DIAGNOSTICS(3) },
  },
  OpenEphemeralResource: {
    request: { type_name: [1, 'string'], config: [2, 'DynamicValue'] },
    response: { ...DIAGNOSTICS(1), result: [3, 'DynamicValue'] },
  },
  RenewEphemeralResource: { request: { type_name: [1, 'string'] }, response: DIAGNOSTICS(1) },
  CloseEphemeralResource: { request: { type_name: [1, 'string'] }, response: DIAGNOSTICS(1) },
  StopProvider: { request: {}, response: { Error: [1, 'string'] } },
};

const fieldsOf = (message: MessageSpec) => ({
  fields: Object.fromEntries(
    Object.entries(message).map(([name, [id, type, kind]]) => [
      name,
      {
        id,
        type,
        ...(kind === 'repeated' ? { rule: 'repeated' } : {}),
        ...(kind === 'map' ? { keyType: 'string' } : {}),
      },
    ]),
  ),
});

const messages = Object.entries(MESSAGES).map(([name, message]) => [name, fieldsOf(message)] as const);

const calls = Object.entries(CALLS).map(
  ([name, { request, response }]) =>
    [name, { nested: { Request: fieldsOf(request), Response: fieldsOf(response) } }] as const,
);

const methods = Object.fromEntries(
  Object.keys(CALLS).map((name) => [
    name,
    { requestType: `${name}.Request`, responseType: `${name}.Response`, comment: '' },
  ]),
);

const definition = fromJSON(
  {
    nested: {
      tfplugin6: {
        nested: {
          ...Object.fromEntries(messages),
          ...Object.fromEntries(calls),
          Provider: { methods },
        },
      },
    },
  },
  { keepCase: true, longs: Number },
);

interface LoadedPackage {
  readonly tfplugin6: { readonly Provider: ServiceClientConstructor };
}

/** The service that a provider implements, and a client for it. */
export const ProviderService = (loadPackageDefinition(definition) as unknown as LoadedPackage).tfplugin6.Provider;
