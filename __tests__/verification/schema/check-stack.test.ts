import { describe, expect, test } from '@jest/globals';
import { checkStack } from '../../../verification/schema/check-stack';
import { formatFinding, isFailure, type Finding } from '../../../verification/schema/finding';
import type { Json } from '../../../verification/schema/json';
import type { BlockSchema, ProviderSchemas } from '../../../verification/schema/provider-schema';

const LISTENER: BlockSchema = {
  attributes: { port: { type: 'number', required: true }, arn: { type: 'string', computed: true } },
};

const THING: BlockSchema = {
  attributes: {
    name: { type: 'string', required: true },
    size: { type: 'number', optional: true },
    id: { type: 'string', optional: true, computed: true },
    arn: { type: 'string', computed: true },
    old: { type: 'string', optional: true, deprecated: true },
    tags: { type: ['map', 'string'], optional: true },
    peers: { type: ['list', ['object', { cidr: 'string' }]], computed: true },
  },
  block_types: {
    listener: { nesting_mode: 'list', min_items: 1, max_items: 2, block: LISTENER },
    timeouts: { nesting_mode: 'single', block: { attributes: { create: { type: 'string', optional: true } } } },
    legacy: { nesting_mode: 'set', block: { deprecated: true } },
    unlimited: { nesting_mode: 'list', max_items: 0, block: {} },
  },
};

const SCHEMAS: ProviderSchemas = {
  cloud: {
    provider: { block: { attributes: { region: { type: 'string', optional: true } } } },
    resource_schemas: { cloud_thing: { block: THING } },
    data_source_schemas: { cloud_zone: { block: { attributes: { name: { type: 'string', required: true } } } } },
    ephemeral_resource_schemas: {
      cloud_secret: { block: { attributes: { result: { type: 'string', computed: true } } } },
    },
  },
};

const GOOD = { name: 'a', listener: { port: 80 } };

const stackOf = (thing: Json, rest: Json = {}): Json => ({ resource: { cloud_thing: { A: thing } }, ...rest });

const check = (thing: Json, rest: Json = {}): string[] => checkStack(stackOf(thing, rest), SCHEMAS).map(formatFinding);

describe('a stack without fault', () => {
  test.each<[string, Json]>([
    ['has its required arguments and blocks', GOOD],
    ['sets optional arguments', { ...GOOD, size: '3', tags: { Name: 'a', count: 1 }, id: 'own' }],
    ['gives one block as an object or in a list', { ...GOOD, listener: [{ port: 1 }, { port: '2' }] }],
    ['sets a block of which there is one', { ...GOOD, timeouts: { create: '1m' } }],
    ['repeats a block that has no limit', { ...GOOD, unlimited: [{}, {}, {}] }],
    ['leaves arguments and blocks out with null', { ...GOOD, size: null, old: null, arn: null, timeouts: null }],
    ['makes blocks dynamically', { name: 'a', dynamic: { listener: { for_each: '${var.x}', content: {} } } }],
    ['uses arguments of Terraform itself', { ...GOOD, count: 1, lifecycle: { ignore_changes: ['tags', 'listener'] } }],
    ['ignores all changes', { ...GOOD, lifecycle: { ignore_changes: 'all', prevent_destroy: true } }],
    ['has comments', { ...GOOD, '//': { metadata: '${nothing.at.all}' } }],
  ])('%s', (_title, thing) => {
    expect(check(thing, { variable: { x: {} } })).toEqual([]);
  });
});

describe('a stack with a fault', () => {
  test.each<[string, Json, string[]]>([
    [
      'an argument that does not exist',
      { ...GOOD, sise: 1 },
      ['unknown-argument  cloud_thing.A: sise  must be an argument or block that the provider knows'],
    ],
    [
      'an unknown argument in a nested block',
      { ...GOOD, listener: [{ port: 1, prot: 'tcp' }] },
      ['unknown-argument  cloud_thing.A: listener[0].prot  must be an argument or block that the provider knows'],
    ],
    [
      'a missing argument, at the top and inside a block',
      { name: null, listener: {} },
      [
        'missing-argument  cloud_thing.A: name  must be set, the provider requires it',
        'missing-argument  cloud_thing.A: listener.port  must be set, the provider requires it',
      ],
    ],
    [
      'a wrong type, with the place in the value',
      { ...GOOD, tags: { Name: ['a'] } },
      ['wrong-type  cloud_thing.A: tags["Name"]  must be a string, got ["a"]'],
    ],
    [
      'a value where a block stands',
      { ...GOOD, listener: ['${var.x}'] },
      ['wrong-type  cloud_thing.A: listener[0]  must be a block, got "${var.x}"'],
    ],
    [
      'an argument that only the provider sets, also in a block',
      { ...GOOD, arn: 'a', listener: { port: 1, arn: 'b' } },
      [
        'computed-only  cloud_thing.A: arn  must not be set, only the provider sets it, got "a"',
        'computed-only  cloud_thing.A: listener.arn  must not be set, only the provider sets it, got "b"',
      ],
    ],
    [
      'too few blocks',
      { name: 'a' },
      ['too-few-blocks  cloud_thing.A: listener  must stand at least 1 time(s), got 0'],
    ],
    [
      'too many blocks in a list',
      { ...GOOD, listener: [{ port: 1 }, { port: 2 }, { port: 3 }] },
      ['too-many-blocks  cloud_thing.A: listener  must stand at most 2 time(s), got 3'],
    ],
    [
      'two of a block of which there is one',
      { ...GOOD, timeouts: [{}, {}] },
      ['too-many-blocks  cloud_thing.A: timeouts  must stand at most 1 time(s), got 2'],
    ],
    [
      'deprecated arguments and blocks',
      { ...GOOD, old: 'x', legacy: {} },
      ['deprecated  cloud_thing.A: old  is deprecated', 'deprecated  cloud_thing.A: legacy  is deprecated'],
    ],
    [
      'a misspelt lifecycle',
      { ...GOOD, lifecycle: { prevent_destory: true, ignore_changes: ['tag["a"]'] } },
      [
        'unknown-argument  cloud_thing.A: lifecycle.prevent_destory  must be an argument that Terraform or the provider knows',
        'unknown-argument  cloud_thing.A: lifecycle.ignore_changes "tag["a"]"  must be an argument that Terraform or the provider knows',
      ],
    ],
  ])('%s', (_title, thing, expected) => {
    expect(check(thing, { variable: { x: {} } })).toEqual(expected);
  });

  test('a type that no provider has, of any kind, and an unknown provider', () => {
    const stack = {
      resource: { cloud_thnig: { A: {} } },
      data: { cloud_thing: { B: {} } },
      ephemeral: { cloud_zone: { C: {} } },
      provider: { clod: [{}], cloud: [{ region: 'x' }, { regoin: 'x' }] },
    };
    expect(checkStack(stack, SCHEMAS).map(formatFinding)).toEqual([
      'unknown-type  cloud_thnig.A  must be a type that one of the providers has',
      'unknown-type  data.cloud_thing.B  must be a type that one of the providers has',
      'unknown-type  ephemeral.cloud_zone.C  must be a type that one of the providers has',
      'unknown-type  provider.clod  must be a provider whose schema is known',
      'unknown-argument  provider.cloud: regoin  must be an argument or block that the provider knows',
    ]);
  });
});

describe('references', () => {
  const REST: Json = {
    resource: undefined,
    variable: { weight: {} },
    locals: { zone: 'a' },
    data: { cloud_zone: { Z: { name: 'z' } } },
    ephemeral: { cloud_secret: { S: {} } },
    provider: { cloud: [{ region: 'a' }, { region: 'b', alias: 'second' }] },
  };

  const refer = (expression: string, extra: Json = {}): string[] => {
    const resource = {
      cloud_thing: { A: GOOD, Many: { ...GOOD, count: 2 }, B: { ...GOOD, name: expression, ...extra } },
    };
    return checkStack({ ...REST, resource }, SCHEMAS).map(formatFinding);
  };

  test.each([
    '${cloud_thing.A.arn}',
    '${cloud_thing.A.listener[0].port}',
    '${cloud_thing.A.listener.0.port}',
    '${cloud_thing.A.tags["any"]}',
    '${cloud_thing.A.tags.any}',
    '${cloud_thing.A.peers[0].cidr}',
    '${cloud_thing.A.peers[*].cidr}',
    '${cloud_thing.A.timeouts.create}',
    '${cloud_thing.Many[0].arn}',
    '${cloud_thing.Many[*].arn}',
    '${cloud_thing.Many[count.index].arn}',
    '${100 - var.weight}',
    '${local.zone}-${data.cloud_zone.Z.name}',
    '${ephemeral.cloud_secret.S.result}',
    '${each.value.anything}',
    '${terraform.workspace}',
    '${listener.value.port}',
    '$${cloud_thing.None.arn}',
  ])('%s leads somewhere', (expression) => {
    expect(refer(expression)).toEqual([]);
  });

  test.each([
    ['${cloud_thing.None.arn}', 'unresolved-reference', 'must refer to a resource of this stack'],
    ['${cloud_other.A.arn}', 'unresolved-reference', 'must refer to a resource of this stack'],
    ['${var.wieght}', 'unresolved-reference', 'must refer to a variable of this stack'],
    ['${local.none}', 'unresolved-reference', 'must refer to a local value of this stack'],
    ['${module.none.x}', 'unresolved-reference', 'must refer to a module of this stack'],
    ['${data.cloud_zone.None.name}', 'unresolved-reference', 'must refer to a data source of this stack'],
    [
      '${ephemeral.cloud_secret.None.result}',
      'unresolved-reference',
      'must refer to an ephemeral resource of this stack',
    ],
    [
      '${cloud_thing.A.anr}',
      'unknown-attribute',
      'must end in an attribute that the provider knows, which "anr" is not',
    ],
    ['${cloud_thing.A.arn.x}', 'unknown-attribute', 'must end at a string'],
    [
      '${cloud_thing.A.listener[0].prot}',
      'unknown-attribute',
      'must end in an attribute that the provider knows, which "prot" is not',
    ],
    [
      '${cloud_thing.A.listener.port}',
      'unknown-attribute',
      'must have an index after "listener", which is a list of blocks',
    ],
    ['${cloud_thing.A.peers.cidr}', 'unknown-attribute', 'must have an index into the list'],
    ['${cloud_thing.A.peers[0].cider}', 'unknown-attribute', 'must name an attribute of the object'],
    [
      '${cloud_thing.A[0].arn}',
      'unknown-attribute',
      'must have an attribute after the name, as there is no count or for_each',
    ],
  ])('%s leads nowhere', (expression, rule, message) => {
    const text = expression.slice(2, -1);
    expect(refer(expression)).toEqual([`${rule}  cloud_thing.B: name  ${message}, got "${text}"`]);
  });

  test('are checked in depends_on, replace_triggered_by and provider, which hold them without ${…}', () => {
    const good = { depends_on: ['cloud_thing.A'], provider: 'cloud.second', lifecycle: { replace_triggered_by: [] } };
    expect(refer('a', good)).toEqual([]);
    expect(refer('a', { provider: 'cloud' })).toEqual([]);
    const bad = {
      depends_on: ['cloud_thing.X'],
      provider: 'cloud.third',
      lifecycle: { replace_triggered_by: ['cloud_thing.Y.arn'] },
    };
    expect(refer('a', bad)).toEqual([
      'unresolved-reference  cloud_thing.B: depends_on  must refer to a resource of this stack, got "cloud_thing.X"',
      'unresolved-reference  cloud_thing.B: lifecycle.replace_triggered_by  must refer to a resource of this stack, got "cloud_thing.Y.arn"',
      'unresolved-reference  cloud_thing.B: provider  must name a provider block of this stack, got "cloud.third"',
    ]);
  });

  test('are checked in outputs, variables, locals, providers, imports and moves', () => {
    const nowhere = '${cloud_thing.X.arn}';
    const stack = {
      ...stackOf(GOOD),
      output: { o: { value: nowhere } },
      variable: { v: { validation: [{ condition: '${var.w == 1}' }] } },
      locals: { l: [nowhere] },
      provider: { cloud: [{ region: nowhere }] },
      import: [{ to: 'cloud_thing.Y', id: 'x' }],
      moved: [{ from: 'cloud_thing.Old', to: 'cloud_thing.A' }],
    };
    expect(checkStack(stack, SCHEMAS).map(({ address, argument }) => `${address} ${argument}`)).toEqual([
      'provider.cloud region',
      'output o.value',
      'variable v.validation[0].condition',
      'locals l[0]',
      'import to',
    ]);
  });

  test('that stand twice in one argument are reported once', () => {
    expect(refer('${var.a}${var.a}')).toHaveLength(1);
  });
});

test('only what is deprecated does not fail the verification', () => {
  const finding = (rule: Finding['rule']): Finding => ({ address: 'a', argument: '', rule, message: 'm' });
  expect([isFailure(finding('deprecated')), isFailure(finding('unknown-type'))]).toEqual([false, true]);
});
