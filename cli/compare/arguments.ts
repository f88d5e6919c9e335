import type { Command } from 'commander';
import { parseTablePattern } from '../../lambda/migration-validation/catalog/selection';
import type { TableName } from '../../lambda/migration-validation/catalog/catalog';
import { COMPARISON_PARTS, type ComparisonPart } from '../../lambda/migration-validation/comparison/parts';
import type { RowComparisonOptions } from '../../lambda/migration-validation/rows/run';
import { InvalidPostgresUrl, parsePostgresUrl, type PostgresAddress } from '../shared/postgres-url';
import { UsageError } from '../shared/usage-error';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a comparison was asked for. */
export interface CompareArguments {
  readonly kind: 'compare';
  readonly source: PostgresAddress;
  readonly target: PostgresAddress;
  readonly schemas?: readonly string[];
  readonly excludeTables: readonly string[];
  readonly rows: Omit<RowComparisonOptions, 'state' | 'observer' | 'signal'>;
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  readonly sequenceGap?: bigint;
  readonly values: boolean;
  readonly reportFolder?: string;
  readonly stateFile?: string;
  readonly deltaFrom?: string;
  /** Only how long a delta pass would take. */
  readonly predict: boolean;
  readonly appendOnly: readonly TableName[];
  readonly without: readonly ComparisonPart[];
}

/** The page of a report that there is. */
export interface RenderArguments {
  readonly kind: 'render';
  readonly reportFile: string;
}

interface Range {
  readonly flag: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** @default a whole number */
  readonly fractions?: boolean;
}

const NUMBERS = {
  parallel: { flag: '--parallel', unit: 'connections', min: 1, max: 64 },
  chunkRows: { flag: '--chunk-rows', unit: 'rows', min: 1, max: 10_000_000 },
  rate: { flag: '--rate', unit: 'rows a second', min: 0, max: 1_000_000_000 },
  maxDifferences: { flag: '--max-differences', unit: 'rows', min: 0, max: 100_000 },
  maxLag: { flag: '--max-lag', unit: 'MiB', min: 0, max: 1_000_000_000, fractions: true },
  maxActiveSessions: { flag: '--max-active-sessions', unit: 'sessions', min: 0, max: 100_000 },
  maxRechecks: { flag: '--max-rechecks', unit: 'times', min: 1, max: 1_000 },
  settle: { flag: '--settle', unit: 'seconds', min: 0, max: 86_400, fractions: true },
  reconnect: { flag: '--reconnect', unit: 'seconds', min: 0, max: 86_400 },
  statementTimeout: { flag: '--statement-timeout', unit: 'seconds', min: 1, max: 86_400 },
  lockTimeout: { flag: '--lock-timeout', unit: 'seconds', min: 1, max: 86_400 },
} as const satisfies Readonly<Record<string, Range>>;

/** The options as commander reads them. */
export interface RawOptions extends Partial<Record<keyof typeof NUMBERS, string>> {
  readonly source?: string;
  readonly target?: string;
  readonly schema: readonly string[];
  readonly excludeTable: readonly string[];
  readonly appendOnly: readonly string[];
  readonly without: readonly string[];
  readonly live?: true;
  readonly predict?: true;
  readonly values: boolean;
  readonly slot?: string;
  readonly sequenceGap?: string;
  readonly report?: string;
  readonly state?: string;
  readonly deltaFrom?: string;
  readonly render?: string;
}

/**
 * Reads the command line.
 * @throws UsageError with everything that is wrong
 * @throws CommanderError when help was asked for, or a value is missing
 */
export function readArguments(
  command: Command,
  args: readonly string[],
  environment: Environment,
): CompareArguments | RenderArguments {
  const problems: string[] = [];
  const raw = command.parse([...args], { from: 'user' }).opts<RawOptions>();
  for (const extra of command.args) problems.push(`every argument must be an option of --help, got ${masked(extra)}`);
  if (raw.render !== undefined) {
    if (args.length !== (args.some((arg) => arg.startsWith('--render=')) ? 1 : 2)) {
      problems.push('--render must stand alone: it reads a report, and compares nothing');
    }
    refuse(problems);
    return { kind: 'render', reportFile: raw.render };
  }
  const source = address('--source', 'COMPARE_SOURCE_URL', raw.source, environment, problems);
  const target = address('--target', 'COMPARE_TARGET_URL', raw.target, environment, problems);
  const rows = rowOptions(raw, problems);
  for (const pattern of raw.excludeTable) tryTo(() => parseTablePattern(pattern), '--exclude-table', problems);
  const appendOnly = raw.appendOnly.flatMap((text) => tableOf(text, problems) ?? []);
  const sequenceGap = gapOf(raw.sequenceGap, problems);
  const [statementTimeout, lockTimeout] = [
    number(raw, 'statementTimeout', problems),
    number(raw, 'lockTimeout', problems),
  ];
  for (const part of raw.without) {
    if (!isPart(part)) problems.push(`--without must be one of ${COMPARISON_PARTS.join(', ')}, got ${part}`);
  }
  for (const problem of combinationProblems(raw)) problems.push(problem);
  refuse(problems);
  if (source === undefined || target === undefined) throw new UsageError('--source and --target must be given');
  return {
    kind: 'compare',
    source,
    target,
    ...(raw.schema.length === 0 ? {} : { schemas: raw.schema }),
    excludeTables: raw.excludeTable,
    rows,
    statementTimeoutMs: (statementTimeout ?? 600) * 1000,
    lockTimeoutMs: (lockTimeout ?? 10) * 1000,
    ...(sequenceGap === undefined ? {} : { sequenceGap }),
    values: raw.values,
    ...(raw.report === undefined ? {} : { reportFolder: raw.report }),
    ...(raw.state === undefined ? {} : { stateFile: raw.state }),
    ...(raw.deltaFrom === undefined ? {} : { deltaFrom: raw.deltaFrom }),
    predict: raw.predict === true,
    appendOnly,
    without: raw.without.filter(isPart),
  };
}

const isPart = (text: string): text is ComparisonPart => COMPARISON_PARTS.some((part) => part === text);

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
}

/** A URL that slipped out of its option must not be printed. */
const masked = (text: string): string => (text.includes('://') ? 'a URL' : text);

function address(
  flag: string,
  variable: string,
  given: string | undefined,
  environment: Environment,
  problems: string[],
): PostgresAddress | undefined {
  const url = given ?? environment[variable];
  if (url === undefined || url === '') {
    problems.push(
      `${flag} (or ${variable}) must be the URL of a database, as postgres://user@host:5432/name, got none`,
    );
    return undefined;
  }
  try {
    return parsePostgresUrl(url, environment);
  } catch (error) {
    if (!(error instanceof InvalidPostgresUrl)) throw error;
    problems.push(...error.problems.map((problem) => `${given === undefined ? variable : flag}: ${problem}`));
    return undefined;
  }
}

function rowOptions(raw: RawOptions, problems: string[]): CompareArguments['rows'] {
  const settle = number(raw, 'settle', problems);
  const given = {
    parallel: number(raw, 'parallel', problems),
    chunkRows: number(raw, 'chunkRows', problems),
    rateRowsPerSecond: number(raw, 'rate', problems),
    maxDifferences: number(raw, 'maxDifferences', problems),
    maxLagMib: number(raw, 'maxLag', problems),
    maxActiveSessions: number(raw, 'maxActiveSessions', problems),
    maxRechecks: number(raw, 'maxRechecks', problems),
    reconnectSeconds: number(raw, 'reconnect', problems),
  };
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  if (raw.live === undefined) return { mode: 'exact', ...known };
  return {
    mode: 'live',
    ...known,
    settle:
      raw.slot === undefined
        ? { kind: 'time', seconds: settle ?? 0 }
        : { kind: 'slot', slot: raw.slot, timeoutSeconds: settle ?? 300 },
  };
}

function number(raw: RawOptions, name: keyof typeof NUMBERS, problems: string[]): number | undefined {
  const text = raw[name];
  if (text === undefined) return undefined;
  const { flag, unit, min, max, fractions = false }: Range = NUMBERS[name];
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max && (fractions || Number.isInteger(value))) return value;
  problems.push(
    `${flag} must be a ${fractions ? '' : 'whole '}number of ${unit} from ${min} to ${max}, got ${JSON.stringify(text)}`,
  );
  return undefined;
}

function gapOf(text: string | undefined, problems: string[]): bigint | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  problems.push(
    `--sequence-gap must be a whole number of values from 0 to 999999999999999999, got ${JSON.stringify(text)}`,
  );
  return undefined;
}

function tableOf(text: string, problems: string[]): TableName | undefined {
  try {
    const { schema, name } = parseTablePattern(text);
    if (schema !== undefined && name !== undefined) return { schema, name };
  } catch {
    // Said below.
  }
  problems.push(`--append-only must be schema.table, got ${text}; put a name with a dot or a star in double quotes`);
  return undefined;
}

function tryTo(check: () => unknown, flag: string, problems: string[]): void {
  try {
    check();
  } catch (error) {
    problems.push((error as Error).message.replace('excludeTables', flag));
  }
}

/** What only makes sense together, or never does. */
function combinationProblems(raw: RawOptions): string[] {
  const onlyLive = [
    ...(raw.slot === undefined ? [] : ['--slot']),
    ...(raw.settle === undefined ? [] : ['--settle']),
    ...(raw.maxRechecks === undefined ? [] : ['--max-rechecks']),
  ];
  return [
    ...(raw.live !== undefined || onlyLive.length === 0
      ? []
      : [`${onlyLive.join(', ')} must come with --live: without it one snapshot of each side is compared`]),
    ...(raw.live !== undefined && raw.slot === undefined && raw.settle === undefined
      ? ["--live must come with --slot, the source's replication slot, or with --settle, seconds to wait instead"]
      : []),
    ...(raw.deltaFrom !== undefined && raw.state !== undefined
      ? ['--delta-from must come without --state: a delta pass is short, and begins anew']
      : []),
    ...(raw.deltaFrom !== undefined && raw.appendOnly.length === 0
      ? ['--delta-from must come with --append-only: all other tables are compared whole']
      : []),
    ...(raw.predict !== undefined && raw.deltaFrom === undefined
      ? ['--predict must come with --delta-from: it says how long that pass would take']
      : []),
    ...(raw.appendOnly.length > 0 && raw.deltaFrom === undefined && raw.state === undefined
      ? ['--append-only must come with --state, to prepare a delta pass, or with --delta-from, to make it']
      : []),
  ];
}
