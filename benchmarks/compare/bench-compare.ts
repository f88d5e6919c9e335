// `npm run bench:compare`: what comparing two databases takes beyond one scan of both, and beside another program.
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { projectRoot } from '../../constructs/compute/project-root';
import { onStop } from '../../verification/on-stop';
import { type BenchOptions, benchCommand } from '../options';
import { median } from '../statistics';
import { table } from '../table';
import { type Dataset, DIFFERENCES, RANDOM_TABLE, SCHEMA, startDataset, TABLE } from './dataset';
import { judgeComparison } from './goals';
import { drawGrowth, type GrowthPoint } from './growth';
import { type ProgramRun, runProgram } from './programs';
import { installReladiff, runReladiff } from './reladiff';
import { openScanner, type Scanner } from './scan';

interface CompareBenchOptions extends BenchOptions {
  readonly rows: number;
  readonly randomKeys: boolean;
  readonly growth?: string;
}

/** The sizes of the growth, in rows a side. */
const GROWTH = [200_000, 2_000_000, 10_000_000] as const;

const stopped = new AbortController();

async function main(options: CompareBenchOptions): Promise<void> {
  const root = projectRoot();
  execFileSync(process.execPath, [join(root, 'scripts/build-app.mjs'), 'cli/compare.ts', 'benchmarks/probe.ts'], {
    stdio: 'inherit',
  });
  const dataset = await startDataset({ randomKeys: options.randomKeys });
  onStop((exitCode) => {
    stopped.abort();
    void dataset.stop().finally(() => process.exit(exitCode));
  });
  try {
    console.log(`Node ${process.version}, ${availableParallelism()} CPUs`);
    if (options.growth === undefined) await compareWithLimits(root, dataset, options);
    else await measureGrowth(root, dataset, options.growth, options.runs);
  } finally {
    await dataset.stop();
  }
}

/** (a) one scan, (b) no difference, (c) differing rows, (d) reladiff, in turn. */
async function compareWithLimits(root: string, dataset: Dataset, options: CompareBenchOptions): Promise<void> {
  const { rows, runs, randomKeys, assert } = options;
  await dataset.grow(rows);
  const scanner = await openScanner(dataset);
  const equal = await inTurn(runs, scanner, TABLE, () => compare(root, dataset, TABLE, 0));
  const random = randomKeys
    ? await inTurn(runs, scanner, RANDOM_TABLE, () => compare(root, dataset, RANDOM_TABLE, 0))
    : undefined;
  const reladiff = await installReladiff(root);
  if ('missing' in reladiff) console.log(`SKIPPED reladiff: ${reladiff.missing}`);
  const peerEqual = 'missing' in reladiff ? undefined : await runReladiff(reladiff.command, dataset, stopped.signal);
  await dataset.injectDifferences();
  const different = await inTurn(runs, scanner, TABLE, () => compare(root, dataset, TABLE, 1));
  const peerDifferent =
    'missing' in reladiff ? undefined : await runReladiff(reladiff.command, dataset, stopped.signal);
  await scanner.end();

  const scan = median([...equal.scans, ...different.scans]);
  const row = (what: string, milliseconds: number): string[] => [
    what,
    (milliseconds / 1000).toFixed(2),
    (milliseconds / scan).toFixed(2),
  ];
  console.log(`${rows} rows a side, medians of ${runs} runs in turn with the scan\n`);
  console.log(
    table([
      ['', 's', 'to (a)'],
      row('(a) one scan of both sides that hashes every row', scan),
      row('(b) npm run compare, no difference', equal.median),
      row(`(c) npm run compare, ${DIFFERENCES} differing rows`, different.median),
      ...(peerEqual === undefined ? [] : [row('(d) reladiff, no difference', peerEqual.milliseconds)]),
      ...(peerDifferent === undefined
        ? []
        : [row(`(d) reladiff, ${DIFFERENCES} differing rows`, peerDifferent.milliseconds)]),
      ...(random === undefined
        ? []
        : [
            row('one scan of the same rows by random UUIDs', median(random.scans)),
            row('npm run compare of these, no difference', random.median),
          ]),
    ]),
  );
  const verdicts = judgeComparison({
    scan,
    equal: equal.median,
    different: different.median,
    maxRssMib: Math.max(equal.maxRssMib, different.maxRssMib),
    ...(peerDifferent === undefined ? {} : { reladiffDifferent: peerDifferent.milliseconds }),
  });
  console.log(
    `\n${table([['goal', 'actual', 'at most', ''], ...verdicts.map(({ goal, actual, atMost, passed }) => [goal, actual.toFixed(2), atMost.toFixed(2), passed ? 'pass' : 'FAIL'])])}`,
  );
  if (assert && verdicts.some(({ passed }) => !passed)) process.exitCode = 1;
}

/** Time and memory as the rows grow. */
async function measureGrowth(root: string, dataset: Dataset, file: string, runs: number): Promise<void> {
  const points: GrowthPoint[] = [];
  for (const rows of GROWTH) {
    await dataset.grow(rows);
    const scanner = await openScanner(dataset);
    const measured = await inTurn(runs, scanner, TABLE, () => compare(root, dataset, TABLE, 0));
    await scanner.end();
    const point = {
      rows,
      seconds: measured.median / 1000,
      scanSeconds: median(measured.scans) / 1000,
      maxRssMib: measured.maxRssMib,
    };
    points.push(point);
    console.log(
      `${rows} rows a side: ${point.seconds.toFixed(2)} s, one scan ${point.scanSeconds.toFixed(2)} s, ${point.maxRssMib.toFixed(0)} MiB`,
    );
  }
  await drawGrowth(points, file);
  console.log(`drawn to ${file}`);
}

interface InTurn {
  readonly scans: readonly number[];
  readonly median: number;
  readonly maxRssMib: number;
}

/** Scan and comparison in turn, so that what else happens on the machine meets both alike; one of each before does not count. */
async function inTurn(
  runs: number,
  scanner: Scanner,
  name: string,
  program: () => Promise<ProgramRun>,
): Promise<InTurn> {
  const scans: number[] = [];
  const programs: ProgramRun[] = [];
  for (let run = 0; run <= runs; run += 1) {
    const scan = await scanner.scan(name);
    const measured = await program();
    if (run === 0) continue;
    scans.push(scan);
    programs.push(measured);
  }
  return {
    scans,
    median: median(programs.map(({ milliseconds }) => milliseconds)),
    maxRssMib: Math.max(...programs.map(({ maxRssMib = 0 }) => maxRssMib)),
  };
}

/** The command as a user runs it, after its compilation. */
const compare = (
  root: string,
  { sourceUrl, targetUrl }: Dataset,
  name: string,
  exitCode: number,
): Promise<ProgramRun> =>
  runProgram(
    process.execPath,
    [
      join(root, 'dist/cli/compare.js'),
      ...['--source', sourceUrl, '--target', targetUrl, '--schema', SCHEMA],
      ...[TABLE, RANDOM_TABLE]
        .filter((other) => other !== name)
        .flatMap((other) => ['--exclude-table', `${SCHEMA}.${other}`]),
    ],
    { exitCode, probe: join(root, 'dist/benchmarks/probe.js'), signal: stopped.signal },
  );

function wholeNumber(text: string): number {
  if (/^[1-9]\d{2,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be an integer from 100 to 999999999.');
}

const command = benchCommand({
  name: 'bench:compare',
  description: 'Measures what comparing two databases takes beyond one scan of both.',
  runs: { description: 'how often each is measured', default: 3 },
})
  .option('--rows <number>', 'rows on each side', wholeNumber, 2_000_000)
  .option('--random-keys', 'also compare the same rows by random UUIDs', false)
  .option('--growth <file.svg>', 'measure 0.2, 2 and 10 million rows instead, and draw them to this file');

main(command.parse(process.argv.slice(2), { from: 'user' }).opts<CompareBenchOptions>()).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
