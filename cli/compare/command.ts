import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { CommanderError } from 'commander';
import { compareDatabases } from '../../lambda/migration-validation/compare-databases';
import { ComparisonRefused, textOf } from '../../lambda/migration-validation/comparison/control-sessions';
import { comparisonParts } from '../../lambda/migration-validation/comparison/comparison-parts';
import { compareDeltaRows } from '../../lambda/migration-validation/comparison/delta-rows';
import type { ComparisonParts } from '../../lambda/migration-validation/comparison/parts';
import { takeBaseline } from '../../lambda/migration-validation/delta/take-baseline';
import type { Report, Verdict } from '../../lambda/migration-validation/report/model';
import { withShownValues } from '../../lambda/migration-validation/report/values';
import {
  readReport,
  REPORT_FILES,
  requireWritable,
  writeReport,
  writeWhole,
} from '../../lambda/migration-validation/report/write-report';
import type { Databases } from '../../lambda/migration-validation/rows/run';
import { databaseAt } from '../shared/postgres-database';
import { UsageError } from '../shared/usage-error';
import { type CompareArguments, readArguments } from './arguments';
import { renderHtml } from './html/render-html';
import { compareCommand } from './options';
import { OnlyPredicted, predictionLines } from './prediction';
import { Progress, type ProgressOutput } from './progress';
import { resumeCommand } from './resume';
import { readEarlierPass, RunState } from './run-state';
import { summaryOf } from './summary';

export interface CompareDependencies {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
  /** Takes one line of what went wrong. */
  readonly complain: (line: string) => void;
  readonly progress: ProgressOutput;
  /** Aborts when the comparison is to stop. */
  readonly signal: AbortSignal;
  /** @default the real ones */
  readonly parts?: ComparisonParts;
}

const EXIT: Readonly<Record<Verdict, number>> = { equal: 0, different: 1, unknown: 2 };
const EXIT_UNKNOWN = EXIT.unknown;

/**
 * Runs `compare` with arguments as the shell splits them.
 * @returns 0: equal, 1: different, 2: could not tell, for whatever reason; what goes wrong is said, not thrown
 */
export async function runCompare(args: readonly string[], dependencies: CompareDependencies): Promise<number> {
  const { say, complain, environment, signal } = dependencies;
  let stateFile: string | undefined;
  try {
    const read = readArguments(compareCommand({ say, complain }), args, environment);
    if (read.kind === 'render') {
      say(`wrote ${await render(read.reportFile)}`);
      return 0;
    }
    ({ stateFile } = read);
    return EXIT[await compare(read, dependencies)];
  } catch (error) {
    // Commander has said it already; asking for help is no mistake.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_UNKNOWN;
    if (signal.aborted) {
      complain('interrupted: nothing can be told');
      if (stateFile === undefined) complain('nothing was kept; with --state <file> a comparison can go on');
      else complain(`what was compared is kept in ${stateFile}; to go on: ${resumeCommand(args)}`);
      return EXIT_UNKNOWN;
    }
    const known = error instanceof UsageError || error instanceof ComparisonRefused || error instanceof OnlyPredicted;
    complain(known ? error.message : `could not tell: ${textOf(error)}`);
    return EXIT_UNKNOWN;
  }
}

async function compare(input: CompareArguments, dependencies: CompareDependencies): Promise<Verdict> {
  const { say, complain, signal, parts = comparisonParts() } = dependencies;
  const databases = databasesOf(input);
  if (input.reportFolder !== undefined) await requireWritable(input.reportFolder);
  const state = input.stateFile === undefined ? undefined : await RunState.open(input.stateFile);
  const earlier = input.deltaFrom === undefined ? undefined : await readEarlierPass(input.deltaFrom);
  const progress = new Progress(dependencies.progress);
  let report: Report;
  try {
    report = await compareDatabases(
      databases,
      {
        ...input.rows,
        seed: randomBytes(8).readBigInt64BE().toString(),
        selection: {
          ...(input.schemas === undefined ? {} : { schemas: input.schemas }),
          excludeTables: input.excludeTables,
        },
        ...(input.sequenceGap === undefined ? {} : { sequenceGap: input.sequenceGap }),
        ...(earlier === undefined ? {} : { reportMode: 'delta' as const }),
        ...(state?.isNew === true
          ? { beforeRows: async (pair) => state.begin(await takeBaseline(pair, { count: input.appendOnly })) }
          : {}),
        ...(state === undefined ? {} : { state }),
        without: input.without,
        observer: progress,
        signal,
      },
      earlier === undefined
        ? parts
        : {
            ...parts,
            compareRows: compareDeltaRows(earlier, {
              appendOnly: input.appendOnly,
              compareWhole: parts.compareRows,
              predicted: (prediction) => {
                for (const line of predictionLines(prediction)) (input.predict ? say : complain)(line);
                if (input.predict) throw new OnlyPredicted('nothing was compared: --predict');
              },
            }),
          },
    );
  } finally {
    progress.stop();
  }
  const shown = withShownValues(report, { values: input.values });
  for (const line of summaryOf(shown)) say(line);
  if (input.reportFolder !== undefined) {
    for (const path of await writeReport(shown, input.reportFolder, renderHtml(shown))) say(`wrote ${path}`);
  }
  await keep(state, report, input, complain);
  return report.verdict;
}

/** What could not be told can be gone on with; what could is of use to a delta pass. */
async function keep(
  state: RunState | undefined,
  report: Report,
  { stateFile }: CompareArguments,
  complain: (line: string) => void,
): Promise<void> {
  if (state === undefined || stateFile === undefined) return;
  if (report.verdict === 'unknown') complain(`what was compared is kept in ${stateFile}; the same command goes on`);
  else await state.finish(report);
}

function databasesOf({ source, target, statementTimeoutMs, lockTimeoutMs }: CompareArguments): Databases {
  const session = { statementTimeoutMs, lockTimeoutMs };
  return { source: databaseAt('source', source, session), target: databaseAt('target', target, session) };
}

async function render(reportFile: string): Promise<string> {
  const path = join(dirname(reportFile), REPORT_FILES.html);
  await writeWhole(path, renderHtml(await readReport(reportFile)));
  return path;
}
