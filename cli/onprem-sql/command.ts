import { Command, CommanderError } from 'commander';
import type { Say } from '../shared/command';
import { UsageError } from '../shared/usage-error';
import { bundleSql, undoSql } from './bundle';

export interface OnPremSqlDependencies {
  readonly say: Say;
  readonly complain: Say;
}

interface Options {
  readonly undo: boolean;
  readonly schemas?: string;
  readonly prefix?: string;
}

const EXIT_DONE = 0;
const EXIT_USAGE = 2;

/** As native replication takes it. */
const PREFIX = /^[a-z0-9_]{1,55}$/;
/** PostgreSQL cuts longer ones. */
const MAX_NAME_BYTES = 63;
const SYSTEM_SCHEMA = /^(pg_.*|information_schema|migration_control|ledger_control|awsdms_control)$/;

/**
 * Runs `onprem:sql` with arguments as the shell splits them: prints the SQL, and does nothing.
 * @returns the exit code; whatever goes wrong is said, not thrown
 */
export function runCommand(args: readonly string[], { say, complain }: OnPremSqlDependencies): number {
  try {
    const { undo, schemas, prefix } = new Command('onprem-sql')
      .description(
        'Prints the SQL that a DBA runs on the on-premises server (docs/on-premises.md). It connects to nothing.',
      )
      .option('--undo', 'print what takes it away again', false)
      .option('--schemas <names>', 'schemas that are replicated beside payments, separated by commas')
      .option(
        '--prefix <prefix>',
        "publish for PostgreSQL's own replication as <prefix>_forward; without it DMS replicates",
      )
      .allowExcessArguments(false)
      .exitOverride()
      .configureOutput({ writeOut: (text) => say(text.trimEnd()), writeErr: (text) => complain(text.trimEnd()) })
      .parse([...args], { from: 'user' })
      .opts<Options>();
    if (undo && (schemas !== undefined || prefix !== undefined)) {
      throw new UsageError('--undo must come alone, got --schemas or --prefix; it finds what was made by itself');
    }
    if (prefix !== undefined && !PREFIX.test(prefix)) {
      throw new UsageError(`--prefix must be 1 to 55 lower-case letters, digits and _, got ${prefix}`);
    }
    say(undo ? undoSql() : bundleSql({ schemas: schemaNames(schemas), ...(prefix !== undefined && { prefix }) }));
    return EXIT_DONE;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE;
    if (!(error instanceof UsageError)) throw error;
    complain(error.message);
    return EXIT_USAGE;
  }
}

function schemaNames(text: string | undefined): readonly string[] {
  const names = text === undefined ? [] : text.split(',').map((name) => name.trim());
  const wrong = names.filter(
    (name) => name === '' || Buffer.byteLength(name) > MAX_NAME_BYTES || SYSTEM_SCHEMA.test(name),
  );
  if (wrong.length > 0) {
    throw new UsageError(
      `--schemas must be names of schemas of the application, 1 to 63 bytes each, got ${wrong.map((name) => `"${name}"`).join(', ')}`,
    );
  }
  return names;
}
