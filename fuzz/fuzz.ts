// `npm run fuzz [requests] [seed]`: sends made-up requests to the payment API. The same seed makes the same requests.
import { randomInt } from 'node:crypto';
import { fuzzPaymentApi, STATUSES_TO_REACH } from './campaign';
import { type FuzzCommand, fuzzOptions, InvalidArguments, MAX_SEED } from './options';

const COMMAND: FuzzCommand = { counted: 'requests', defaultCount: 10_000, example: 'npm run fuzz -- 10000' };

async function main(): Promise<void> {
  const { count: requests, seed } = fuzzOptions(process.argv.slice(2), randomInt(MAX_SEED), COMMAND);
  const start = performance.now();
  const report = await fuzzPaymentApi({ requests, seed });
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const missed = STATUSES_TO_REACH.filter((status) => report.statuses[status] === undefined);
  if (missed.length > 0) throw new Error(`requests must reach every status, got none with ${missed.join(', ')}`);
  const counts = Object.entries(report.statuses).map(([status, count]) => `${status}: ${count}`);
  console.log(`${report.requests} requests in ${seconds} s, none failed (seed ${report.seed}); ${counts.join(', ')}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof InvalidArguments ? error.message : error);
  process.exitCode = 1;
});
