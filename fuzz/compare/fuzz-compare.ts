// `npm run fuzz:compare [tables] [seed]`: compares random tables with random differences on PostgreSQL 14 and 16. All
// differences must be found, and none invented. The same seed makes the same tables.
import { randomInt } from 'node:crypto';
import { startServers } from '../../__tests__/lambda/migration-validation/rows/servers';
import { type FuzzCommand, fuzzOptions, InvalidArguments, MAX_SEED } from '../options';
import { fuzzComparison } from './campaign';

const COMMAND: FuzzCommand = { counted: 'tables', defaultCount: 5_000, example: 'npm run fuzz:compare -- 5000' };

async function main(): Promise<void> {
  const { count: cases, seed } = fuzzOptions(process.argv.slice(2), randomInt(MAX_SEED), COMMAND);
  const start = performance.now();
  const servers = await startServers();
  try {
    const pair = await servers.connect();
    await fuzzComparison({ pair, each: servers.each, cases, seed });
  } finally {
    await servers.stop();
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(`${cases} tables in ${seconds} s: every difference found, none invented (seed ${seed})`);
}

main().catch((error: unknown) => {
  console.error(error instanceof InvalidArguments ? error.message : error);
  process.exitCode = 1;
});
