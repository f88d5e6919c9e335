// `npm run bench:functions`: what the functions cost beyond the requests that they cannot do without.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../constructs/compute/project-root';
import { onStop } from '../../verification/on-stop';
import { type BenchOptions, benchCommand, parseOptions } from '../options';
import { table } from '../table';
import { measureAccepting } from './accepting';
import { measureBooking } from './booking';
import { type BundleMeasurement, measureBundles } from './bundles';
import { judgeFunctions } from './goals';
import type { Paired } from './paired';

const LOADS = 11;
const WARM_UPS = 300;

async function main({ runs, assert }: BenchOptions): Promise<void> {
  const root = projectRoot();
  const directory = mkdtempSync(join(tmpdir(), 'bench-functions-'));
  const cleanUp = (): void => rmSync(directory, { recursive: true, force: true });
  onStop((exitCode) => {
    cleanUp();
    process.exit(exitCode);
  });
  try {
    const options = { runs, warmUps: WARM_UPS };
    const accepting = await measureAccepting(root, options);
    const { version, booking } = await measureBooking(options);
    const bundles = await measureBundles(root, directory, LOADS);
    console.log(
      `\nNode ${process.version}, ${availableParallelism()} CPUs; DynamoDB: dynalite in a process of its own; ${version}`,
    );
    console.log(`${runs} payments each, in turn with the same requests sent bare, after ${WARM_UPS} warm-ups\n`);
    console.log(
      table([
        ['ms', 'p50', 'p99'],
        ...pairRows('accepting a payment', 'two conditional writes', accepting),
        ...pairRows('booking a payment', 'the same INSERTs in one transaction', booking),
      ]),
    );
    console.log(
      `\n${table([[`bundles, loaded ${LOADS} times in turn`, 'kB', 'load ms', 'imports alone kB', 'load ms'], ...bundles.map(bundleRow)])}`,
    );
    const verdicts = judgeFunctions({ accepting, booking, bundles });
    console.log(
      `\n${table([['goal', 'actual', 'at most', ''], ...verdicts.map(({ goal, actual, atMost, passed }) => [goal, actual.toFixed(2), atMost.toFixed(2), passed ? 'pass' : 'FAIL'])])}`,
    );
    if (assert && verdicts.some(({ passed }) => !passed)) process.exitCode = 1;
  } finally {
    cleanUp();
  }
}

const pairRows = (ours: string, bare: string, measured: Paired): string[][] => [
  [ours, measured.ours.p50.toFixed(2), measured.ours.p99.toFixed(2)],
  [bare, measured.bare.p50.toFixed(2), measured.bare.p99.toFixed(2)],
];

const bundleRow = (bundle: BundleMeasurement): string[] => [
  bundle.functionName,
  (bundle.bytes / 1000).toFixed(0),
  bundle.loadMilliseconds.toFixed(0),
  (bundle.bareBytes / 1000).toFixed(0),
  bundle.bareLoadMilliseconds.toFixed(0),
];

const command = benchCommand({
  name: 'bench:functions',
  description: 'Measures what the functions cost beyond the requests that they cannot do without.',
  runs: { description: 'how many payments are measured', default: 2000 },
});

main(parseOptions(process.argv.slice(2), command)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
