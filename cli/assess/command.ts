import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import type { Client } from 'pg';
import { assess } from '../../lambda/migration-validation/assessment/assess';
import type { Assessment } from '../../lambda/migration-validation/assessment/model';
import { DEFAULT_LIMITS } from '../../lambda/migration-validation/assessment/options';
import { RULES } from '../../lambda/migration-validation/assessment/rules';
import { parseTablePattern } from '../../lambda/migration-validation/catalog/selection';
import type { Role } from '../../lambda/migration-validation/database/session';
import { errorText } from '../shared/aws-errors';
import type { Say } from '../shared/command';
import { databaseOf } from '../shared/postgres-database';
import { InvalidPostgresUrl } from '../shared/postgres-url';
import { assessmentLines } from './lines';

export interface AssessDependencies {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly say: Say;
  readonly complain: Say;
}

/** No blocker; blockers; something that could not be seen, or a command line that makes no sense. */
const EXIT = { ready: 0, blocked: 1, unknown: 2 } as const;
const EXIT_USAGE = 2;

interface Options {
  readonly source?: string;
  readonly target?: string;
  readonly schema?: string[];
  readonly excludeTable?: string[];
  readonly role?: string[];
  readonly captureRole: string;
  readonly applyRole: string;
  readonly tasks: number;
  readonly slotAlarm: boolean;
  readonly lobMaxSize: number;
  readonly longTransaction: number;
  readonly measureUpTo: number;
  readonly measureLobs: boolean;
  readonly measureTimeout: number;
  readonly accept?: string[];
  readonly report?: string;
  readonly json: boolean;
}

class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Runs `assess` with arguments as the shell splits them.
 * @returns the exit code; whatever goes wrong is said, not thrown
 */
export async function runCommand(args: readonly string[], dependencies: AssessDependencies): Promise<number> {
  const { say, complain, environment } = dependencies;
  try {
    const options = commandFor(dependencies)
      .parse([...args], { from: 'user' })
      .opts<Options>();
    const found = await run(options, environment);
    const file = options.report === undefined ? undefined : await write(options.report, found);
    if (options.json) say(JSON.stringify(found, null, 2));
    else
      assessmentLines(found).forEach((line) => {
        say(line);
      });
    if (file !== undefined && !options.json) say(`written to ${file}`);
    return EXIT[found.verdict];
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    complain(error instanceof UsageError || error instanceof InvalidPostgresUrl ? error.message : errorText(error));
    return EXIT_USAGE;
  }
}

function commandFor({ say, complain }: AssessDependencies): Command {
  return new Command('assess')
    .description(
      'Says what stands against replicating a PostgreSQL database with DMS. It reads only. Exit status: 0 nothing does, 1 blockers do, 2 it could not tell.',
    )
    .option('--source <url>', 'the database that is copied from, as postgres://…; else $ASSESS_SOURCE_URL')
    .option('--target <url>', 'the database that is copied to; else $ASSESS_TARGET_URL; without it nothing is compared')
    .option('--schema <name>', "a schema to look at, repeatable (default: all but PostgreSQL's own)", collect)
    .option(
      '--exclude-table <pattern>',
      'a table that is not replicated, repeatable: schema.table, schema.* or *.table',
      collect,
    )
    .option('--role <name>', 'a role that applications sign in as, repeatable: the fence must hold it', collect)
    .option('--capture-role <name>', 'the role that DMS reads the source with', 'dms_capture')
    .option('--apply-role <name>', 'the role that DMS writes the target with', 'dms_apply')
    .option(
      '--tasks <n>',
      'tasks that read from the source at the same time',
      whole('--tasks', 1),
      DEFAULT_LIMITS.tasks,
    )
    .option('--slot-alarm', 'an alarm watches how much WAL the slots hold back', false)
    .option('--lob-max-size <KiB>', 'LobMaxSize of the tasks', whole('--lob-max-size', 1), DEFAULT_LIMITS.lobMaxSizeKib)
    .option(
      '--long-transaction <seconds>',
      'how long a transaction may stay open',
      whole('--long-transaction', 0),
      DEFAULT_LIMITS.longTransactionSeconds,
    )
    .option('--measure-up-to <MiB>', 'tables up to this size are read once', whole('--measure-up-to', 0), 256)
    .option('--measure-lobs', 'read every table once, whatever its size', false)
    .option('--measure-timeout <seconds>', 'how long reading one table may take', whole('--measure-timeout', 1), 30)
    .option('--accept <finding>', 'a finding to live with, repeatable: its id, or id=object', collect)
    .option('--report <folder>', 'where to write assessment.json')
    .option('--json', 'print the assessment as JSON', false)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => say(text.trimEnd()), writeErr: (text) => complain(text.trimEnd()) });
}

const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];

/** Reads a whole number from one on. */
const whole =
  (option: string, from: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= from) return value;
    throw new UsageError(`${option} must be a whole number from ${from}, got ${text}`);
  };

async function run(options: Options, environment: AssessDependencies['environment']): Promise<Assessment> {
  const sourceUrl = options.source ?? environment.ASSESS_SOURCE_URL;
  const targetUrl = options.target ?? environment.ASSESS_TARGET_URL;
  if (sourceUrl === undefined) throw new UsageError('--source (or ASSESS_SOURCE_URL) must be the URL of a database');
  requireKnown(options);
  const session = { environment, applicationName: 'migration-assessment', allowPooler: true };
  // Both URLs before the first connection: what is wrong with them is said at once.
  const [source, target] = [
    databaseOf('source', sourceUrl, session),
    targetUrl === undefined ? undefined : databaseOf('target', targetUrl, session),
  ];
  const sessions: Client[] = [];
  const open = async (role: Role, connect: () => Promise<Client>): Promise<Client> => {
    try {
      const client = await connect();
      sessions.push(client);
      return client;
    } catch (error) {
      throw new UsageError(`the ${role} must let itself be connected to, got ${errorText(error)}`, { cause: error });
    }
  };
  try {
    const client = await open('source', () => source.connect());
    const other = target === undefined ? undefined : await open('target', () => target.connect());
    return await assess(client, {
      ...(other === undefined ? {} : { target: other }),
      ...(options.schema === undefined ? {} : { schemas: options.schema }),
      excludeTables: options.excludeTable ?? [],
      applicationRoles: options.role ?? [],
      captureRole: options.captureRole,
      applyRole: options.applyRole,
      tasks: options.tasks,
      slotAlarm: options.slotAlarm,
      lobMaxSizeKib: options.lobMaxSize,
      longTransactionSeconds: options.longTransaction,
      measureUpToMib: options.measureUpTo,
      measureLobs: options.measureLobs,
      measureTimeoutMs: options.measureTimeout * 1000,
      accepted: options.accept ?? [],
    });
  } finally {
    await Promise.all(sessions.map((each) => each.end().catch(() => undefined)));
  }
}

/** A misspelt rule would accept nothing, and a pattern that is none would leave nothing out. */
function requireKnown({ accept = [], excludeTable = [] }: Options): void {
  for (const each of accept) {
    const [id = ''] = each.split('=');
    if (!RULES.some((rule) => rule.id === id)) {
      throw new UsageError(`--accept must be the id of a finding (docs/assessment.md), or id=object, got ${each}`);
    }
  }
  for (const pattern of excludeTable) {
    try {
      parseTablePattern(pattern);
    } catch {
      throw new UsageError(`--exclude-table must be schema.table, schema.* or *.table, got ${pattern}`);
    }
  }
}

async function write(folder: string, found: Assessment): Promise<string> {
  const file = join(folder, 'assessment.json');
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${JSON.stringify(found, null, 2)}\n`);
  return file;
}
