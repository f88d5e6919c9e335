import { describe, expect, test } from '@jest/globals';
import { bindingConfig, plainConfig } from '../../../benchmarks/floor/binding-config';
import { differences } from '../../../benchmarks/floor/compare-stacks';
import type { BlockSchema } from '../../../verification/schema/provider-schema';

const SCHEMA: BlockSchema = {
  attributes: {
    user_name: { type: 'string', optional: true },
    map_tags: { type: ['map', 'string'], optional: true },
    peer_list: { type: ['list', ['object', { cidr_block: 'string' }]], optional: true },
  },
  block_types: {
    health_check: {
      nesting_mode: 'list',
      block: { attributes: { path_text: { type: 'string', optional: true } } },
    },
    rule_set: {
      nesting_mode: 'list',
      block: { block_types: { some_statement: { nesting_mode: 'list', block: {} } } },
    },
  },
};

describe('the arguments of a resource in the terms of its binding', () => {
  const config = (body: object): object => bindingConfig({ ...body }, SCHEMA, ['someStatement']).config;

  test.each<[string, object, object]>([
    ['names of arguments', { user_name: 'a' }, { userName: 'a' }],
    ['keys of maps stay as they are', { map_tags: { cost_center: 'a' } }, { mapTags: { cost_center: 'a' } }],
    ['attributes of objects', { peer_list: [{ cidr_block: 'a' }] }, { peerList: [{ cidrBlock: 'a' }] }],
    ['one nested block', { health_check: { path_text: 'a' } }, { healthCheck: { pathText: 'a' } }],
    ['nested blocks in a list', { health_check: [{ path_text: 'a' }] }, { healthCheck: [{ pathText: 'a' }] }],
    ['an expression for a list', { peer_list: '${local.x}' }, { peerList: '${local.x}' }],
    [
      'what the binding hands on as it is',
      { rule_set: [{ some_statement: { in_snake_case: 1 } }] },
      { ruleSet: [{ someStatement: { in_snake_case: 1 } }] },
    ],
    ['dependencies', { depends_on: ['aws_x.y'] }, { dependsOn: [{ fqn: 'aws_x.y' }] }],
    ['a lifecycle', { lifecycle: { ignore_changes: ['a_b'] } }, { lifecycle: { ignoreChanges: ['a_b'] } }],
    ['a count of 0', { count: 0 }, { count: 0 }],
    ['no comments', { '//': { metadata: {} }, user_name: 'a' }, { userName: 'a' }],
  ])('%s', (_title, body, expected) => {
    expect(config(body)).toEqual(expected);
  });

  test('leaves out what no binding has an argument for, as overrides', () => {
    const body = { user_name: 'a', provider: 'aws.second', for_each: '${var.x}' };
    expect(bindingConfig(body, SCHEMA, [])).toEqual({
      config: { userName: 'a' },
      overrides: { provider: 'aws.second', for_each: '${var.x}' },
    });
  });

  test("of cdktf's own constructs have no schema", () => {
    expect(plainConfig({ validation: [{ error_message: 'a', '//': 'b' }], default_value: 0 })).toEqual({
      validation: [{ errorMessage: 'a' }],
      defaultValue: 0,
    });
  });
});

describe('two stacks', () => {
  test('are the same whatever the order of keys and the comments', () => {
    expect(differences({ a: 1, b: [{ c: 0 }], '//': 'x' }, { b: [{ c: 0, '//': 'y' }], a: 1 })).toEqual([]);
  });

  test('differ at the paths of what is missing, other, longer or of another type', () => {
    const app = { a: { b: 1, gone: 1 }, list: [1, 2], longer: [1], type: 1, zero: 0 };
    const floor = { a: { b: 2, added: 1 }, list: [1, 3], longer: [1, 2], type: '1', zero: false };
    expect(differences(app, floor)).toEqual(['a.added', 'a.b', 'a.gone', 'list[1]', 'longer', 'type', 'zero']);
    expect(differences(app, floor, 2)).toEqual(['a.added', 'a.b']);
    expect(differences(app, undefined)).toEqual(['']);
  });
});
