import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fuzzComparison } from '../../../../fuzz/compare/campaign';
import type { Pair } from '../../../../lambda/migration-validation/rows/chunk';
import { type Servers, startServers } from './servers';

let servers: Servers;
let pair: Pair;

beforeAll(async () => {
  servers = await startServers();
  pair = await servers.connect();
}, 60_000);

afterAll(() => servers.stop());

test('all differences that are made in random tables are found, and no other', async () => {
  let tables = 0;
  // Other tables each time: a failure tells the seed.
  const seed = Number(process.env.COMPARISON_SEED ?? Date.now() % 2 ** 31);
  await fuzzComparison({ pair, each: servers.each, cases: 300, seed, onProgress: (done) => (tables = done) });
  expect(tables).toBe(300);
}, 120_000);
