import { describe, expect, test } from '@jest/globals';
import { planChange } from '../../../verification/offline-providers/plan';
import { fromWire, toWire, UNKNOWN, type Values } from '../../../verification/offline-providers/values';
import type { BlockSchema } from '../../../verification/schema/provider-schema';

const SCHEMA: BlockSchema = {
  attributes: {
    name: { type: 'string', required: true },
    size: { type: 'number', optional: true, computed: true },
    arn: { type: 'string', computed: true },
    secret_wo: { type: 'string', optional: true, write_only: true },
  },
  block_types: {
    port: { nesting_mode: 'list', block: { attributes: { id: { type: 'string', computed: true } } } },
  },
};

describe('a planned change', () => {
  test('of a new resource has what the provider computes unknown, and nothing that is write-only', () => {
    const proposed = { name: 'a', size: null, arn: null, secret_wo: 'secret', port: [{ id: null }] };
    expect(planChange(null, proposed, SCHEMA, true)).toEqual({
      planned: { name: 'a', size: UNKNOWN, arn: UNKNOWN, secret_wo: null, port: [{ id: UNKNOWN }] },
      requiresReplace: [],
    });
  });

  test('keeps a computed value that the configuration sets, also 0', () => {
    expect(planChange(null, { name: 'a', size: 0 }, SCHEMA, true).planned).toMatchObject({ size: 0 });
  });

  test('of a resource that is to go is nothing', () => {
    expect(planChange({ name: 'a' }, null, SCHEMA, true)).toEqual({ planned: null, requiresReplace: [] });
  });

  test.each<[string, Values, boolean, string[]]>([
    ['nothing changed', { name: 'a', size: 1 }, true, []],
    ['a change replaces', { name: 'b', size: 1 }, true, ['name']],
    ['a change is made in place', { name: 'b', size: 1 }, false, []],
  ])('replaces what changed when it must: %s', (_title, proposed, replaceOnChange, requiresReplace) => {
    const plan = planChange({ name: 'a', size: 1 }, proposed, SCHEMA, replaceOnChange);
    expect(plan).toEqual({ planned: proposed, requiresReplace });
  });
});

describe('values on the wire', () => {
  test('come back as they went, unknown ones included', () => {
    const values = { text: 'a', none: null, number: 1.5, list: [UNKNOWN, { deep: UNKNOWN }] };
    expect(fromWire(toWire(values))).toEqual(values);
    expect(fromWire(toWire(null))).toBeNull();
  });

  test('are null where there are none', () => {
    expect([fromWire(undefined), fromWire({ msgpack: Buffer.alloc(0) })]).toEqual([null, null]);
  });

  test('are unknown also with a hint about the value', () => {
    // {"a": extension 12, one byte}
    expect(fromWire({ msgpack: Buffer.from([0x81, 0xa1, 0x61, 0xd4, 12, 0x80]) })).toEqual({ a: UNKNOWN });
  });
});
