// `npm run bench`: what synthesis costs beyond a program of the same resources without any code of this project.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { projectRoot } from '../constructs/compute/project-root';
import { RANDOM_SCHEMA } from '../verification/offline-providers/random-schema';
import { objectOf } from '../verification/schema/json';
import { readProviderSchema } from '../verification/schema/provider-schema';
import { onStop } from '../verification/on-stop';
import { readStacks, type StackFiles } from '../verification/terraform/stack-files';
import { measureBundling } from './bundling';
import { differences } from './floor/compare-stacks';
import { generateFloor } from './floor/generate-floor';
import { judge, type Medians } from './goals';
import { measure, measureInTurn, type Measurement, type MeasureOptions, type Program } from './measure';
import { parseOptions, type BenchOptions } from './options';
import { medians } from './statistics';
import { table } from './table';

const WARM_UPS = 2;
const FLOOR = join('.cache', 'bench', 'floor.ts');
const SCHEMA = join('verification', 'schemas', 'aws-provider-6.25.0.schema.json.gz');

async function main({ runs, assert }: BenchOptions): Promise<void> {
  const root = projectRoot();
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const cleanUp = (): void => rmSync(directory, { recursive: true, force: true });
  const abort = new AbortController();
  onStop((exitCode) => {
    abort.abort();
    cleanUp();
    process.exit(exitCode);
  });
  try {
    compile(root, ['main.ts', 'environments/index.ts', 'benchmarks/probe.ts', 'benchmarks/scaled-app.ts']);
    const options = { probe: compiled(root, 'benchmarks/probe.ts'), signal: abort.signal };
    const app = program(compiled(root, 'main.ts'), join(directory, 'app'));
    await measure(app, options);
    const stacks = readStacks(join(directory, 'app'));

    const floor = await compileFloor(root, stacks, directory, options);
    const scaled = (count: number): Program =>
      program(compiled(root, 'benchmarks/scaled-app.ts'), join(directory, `environments-${count}`), [String(count)]);
    const inTurn = { ...options, runs, warmUps: WARM_UPS };
    const programs = await measureInTurn({ app, floor }, inTurn);
    const scaling = await measureInTurn({ few: scaled(3), many: scaled(30) }, inTurn);
    const measured = mapValues({ ...programs, ...scaling }, medians);
    report(stacks, runs, measured);
    reportBundling(root);
    const failed = reportGoals(measured);
    if (assert && failed) process.exitCode = 1;
  } finally {
    cleanUp();
  }
}

const mapValues = <Key extends string, From, To>(
  values: Record<Key, From>,
  map: (value: From) => To,
): Record<Key, To> =>
  Object.fromEntries(Object.entries<From>(values).map(([key, value]) => [key, map(value)])) as Record<Key, To>;

function compile(root: string, entries: readonly string[]): void {
  execFileSync(process.execPath, [join('scripts', 'build-app.mjs'), ...entries], { cwd: root, stdio: 'inherit' });
}

const compiled = (root: string, entry: string): string => join(root, 'dist', entry.replace(/\.ts$/, '.js'));

const program = (file: string, outdir: string, args: readonly string[] = []): Program => ({
  file,
  args,
  env: { CDKTF_OUTDIR: outdir },
});

/** Writes and compiles the floor, and makes sure that it writes the same stacks as the app. */
async function compileFloor(
  root: string,
  stacks: readonly StackFiles[],
  directory: string,
  options: MeasureOptions,
): Promise<Program> {
  const named = stacks.map((stack) => ({ ...stack, name: basename(stack.directory) }));
  const schemas = { aws: readProviderSchema(join(root, SCHEMA)), random: RANDOM_SCHEMA };
  mkdirSync(join(root, '.cache', 'bench'), { recursive: true });
  writeFileSync(join(root, FLOOR), generateFloor(named, schemas));
  compile(root, [FLOOR]);
  const floor = program(compiled(root, FLOOR), join(directory, 'floor'));
  await measure(floor, options);
  const written = readStacks(join(directory, 'floor'));
  const different = stacks.flatMap(({ title, json }) =>
    differences(json, written.find((stack) => stack.title === title)?.json).map((path) => `${title}: ${path}`),
  );
  if (different.length > 0) {
    throw new Error(`floor must write the same stacks as the app, got differences at\n${different.join('\n')}`);
  }
  return floor;
}

const resourcesIn = ({ json }: StackFiles): number =>
  Object.values(objectOf(json.resource)).reduce<number>((sum, byId) => sum + Object.keys(objectOf(byId)).length, 0);

function report(stacks: readonly StackFiles[], runs: number, { app, floor, few, many }: Medians): void {
  const resources = stacks.reduce((sum, stack) => sum + resourcesIn(stack), 0);
  const row = (name: string, { milliseconds, cpuMilliseconds, maxRssMib }: Measurement): string[] => [
    name,
    milliseconds.toFixed(0),
    cpuMilliseconds.toFixed(0),
    maxRssMib.toFixed(0),
  ];
  const ratio = (name: string, a: Measurement, b: Measurement): string[] => [
    name,
    (a.milliseconds / b.milliseconds).toFixed(2),
    (a.cpuMilliseconds / b.cpuMilliseconds).toFixed(2),
    (a.maxRssMib / b.maxRssMib).toFixed(2),
  ];
  console.log(
    `Synthesis of ${resources} resources in ${stacks.length} stacks: medians of ${runs} runs in turn after ${WARM_UPS} warm-ups, ` +
      `fresh processes, Node ${process.version}, ${availableParallelism()} CPUs\n`,
  );
  console.log(
    table([
      ['', 'time ms', 'CPU ms', 'memory MiB'],
      row('app', app),
      row('floor (same resources, bindings only)', floor),
      ratio('ratio', app, floor),
      row('3 environments', few),
      row('30 environments', many),
      ratio('ratio', many, few),
    ]),
  );
}

const BUNDLING_RUNS = 3;

function reportBundling(root: string): void {
  const rows = measureBundling(root, BUNDLING_RUNS).map(({ functionName, cold, cached }) => [
    functionName,
    cold.toFixed(0),
    cached.toFixed(1),
  ]);
  console.log(`\n${table([['bundling (not part of the above)', 'cold ms', 'cached ms'], ...rows])}`);
}

/** @returns whether a goal was missed */
function reportGoals(measured: Medians): boolean {
  const verdicts = judge(measured);
  const rows = verdicts.map(({ goal, actual, atMost, passed }) => [
    goal,
    actual.toFixed(2),
    atMost.toFixed(2),
    passed ? 'pass' : 'FAIL',
  ]);
  console.log(`\n${table([['goal', 'actual', 'at most', ''], ...rows])}`);
  return verdicts.some(({ passed }) => !passed);
}

main(parseOptions(process.argv.slice(2))).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
