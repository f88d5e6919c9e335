import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Pair, TablePlan } from '../../../../lambda/migration-validation/rows/chunk';
import { compareChunk } from '../../../../lambda/migration-validation/rows/compare-chunk';
import { type Servers, startServers } from './servers';

jest.setTimeout(60_000);

const ROWS = 60;
const MEGABYTE = 2 ** 20;
const ALL = { kind: 'partition', index: 0, of: 1 } as const;
const ID = { name: 'id', baseType: 'int8' };

let servers: Servers;
let pair: Pair;

beforeAll(async () => {
  servers = await startServers();
  await servers.each((client, role) =>
    client.query(`CREATE TABLE public.large (id bigint PRIMARY KEY, v text);
      INSERT INTO public.large SELECT i, repeat('x', ${MEGABYTE}) || '${role}' FROM generate_series(1, ${ROWS}) AS i;
      INSERT INTO public.large SELECT i, '${role}' FROM generate_series(${ROWS + 1}, ${ROWS + 20}) AS i`),
  );
  pair = await servers.connect();
}, 60_000);

afterAll(() => servers.stop());

const planOf = (key: TablePlan['key']): TablePlan => ({
  ...{ schema: 'public', name: 'large', kind: 'ordinary', estimatedRows: ROWS, bytes: MEGABYTE },
  columns: [ID, { name: 'v', baseType: 'text' }],
  key,
});

/** How many bytes are in memory for texts, without what is not in use any more. */
function inUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** How many bytes each batch of rows had that a side sent. */
function watchBatches(client: Pair['source']): { readonly bytes: number[]; stop(): void } {
  const bytes: number[] = [];
  let batch = 0;
  const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
  const count = ({ length }: { readonly length: number }) => (batch += length);
  const end = () => {
    bytes.push(batch);
    batch = 0;
  };
  const ends = ['readyForQuery', 'portalSuspended'];
  connection.on('dataRow', count);
  ends.forEach((event) => connection.on(event, end));
  return {
    bytes,
    stop: () => {
      connection.off('dataRow', count);
      ends.forEach((event) => connection.off(event, end));
    },
  };
}

const tail = (text: string) => `…${'x'.repeat(20)}${text} (1,048,557 to 1,048,582 of 1,048,582 characters)`;
const beginning = `${'x'.repeat(200)}… (cut at 200 of 1,048,582 characters)`;

// Small rows that have a key are read together: a round trip for each would take long.
test.each([
  {
    ...{ name: 'with a key', key: [ID], listed: ROWS + 20, megabytes: 5, batches: 40 },
    row: { key: { id: '1' }, columns: [{ name: 'v', source: tail('source'), target: tail('target') }] },
  },
  {
    ...{ name: 'without a key', key: [], listed: 2 * (ROWS + 20), megabytes: 2, batches: 100 },
    row: { key: { id: '1', v: beginning } },
  },
])(
  'the large values of many rows are never in memory together, and shown cut: $name',
  async ({ key, listed, megabytes, batches, row }) => {
    const watched = watchBatches(pair.source);
    const before = inUse();
    const found = await compareChunk(pair, planOf(key), ALL, { seed: '7', maxDifferences: 1000 });
    expect(inUse() - before).toBeLessThan(30 * MEGABYTE);
    watched.stop();
    expect(found.differences).toHaveLength(listed);
    expect(found.differences.find((difference) => difference.key['id'] === '1')).toMatchObject(row);
    expect(Math.max(...watched.bytes)).toBeGreaterThan(MEGABYTE);
    expect(Math.max(...watched.bytes)).toBeLessThan(megabytes * MEGABYTE);
    expect(watched.bytes.length).toBeLessThan(batches);
  },
  60_000,
);
