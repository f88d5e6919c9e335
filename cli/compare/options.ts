import { Command, Option } from 'commander';

/** An option that may be repeated. */
const repeated = (flags: string, description: string, fallback: string): Option =>
  new Option(flags, `${description}; may be repeated`)
    .argParser((value: string, all: readonly string[]) => [...all, value])
    .default([], fallback);

const EXAMPLES = `
URLs are those of libpq: postgres://user@host:5432/database?sslmode=verify-full&sslrootcert=ca.pem. A password is best left to
PGPASSWORD, ~/.pgpass, or a URL in COMPARE_SOURCE_URL and COMPARE_TARGET_URL: other users of the machine see arguments.

Examples:
  Both sides stand still (before a switch, in a freeze): one exact pass, with a report
    npm run compare -- --source "$SOURCE" --target "$TARGET" --report comparison/
  While replication runs: what differs is read again when the slot has passed the reading
    npm run compare -- --source "$SOURCE" --target "$TARGET" --live --slot payment_forward
  Gently, and so that it can be interrupted and go on
    npm run compare -- --source "$SOURCE" --target "$TARGET" --rate 50000 --max-active-sessions 40 --state comparison.state
  A full pass today, and in the freeze only what came since
    npm run compare -- … --live --slot payment_forward --state full.state --append-only payments.ledger_entries
    npm run compare -- … --delta-from full.state --append-only payments.ledger_entries

Exit status: 0 equal, 1 different, 2 could not tell (also: wrong usage, no connection, interrupted).`;

/** The command with its options, which neither ends the process nor writes to it. */
export const compareCommand = ({
  say,
  complain,
}: {
  readonly say: (text: string) => void;
  readonly complain: (text: string) => void;
}): Command =>
  new Command('compare')
    .usage('--source <url> --target <url> [options]')
    .description('Says, with evidence, whether two PostgreSQL databases hold the same. Reads only.')
    .optionsGroup('What is compared:')
    .option('--source <url>', 'the database that is copied from (or COMPARE_SOURCE_URL)')
    .option('--target <url>', 'the database that is copied to (or COMPARE_TARGET_URL)')
    .addOption(repeated('--schema <name>', 'only this schema', 'all but PostgreSQL’s own'))
    .addOption(repeated('--exclude-table <pattern>', 'not this table: schema.table, schema.*, *.table', 'none'))
    .addOption(repeated('--without <part>', 'not schema, sequences or ledger', 'all of them'))
    .option('--sequence-gap <values>', 'how far the target’s sequences must be ahead (default: at the source’s)')
    .optionsGroup('While replication runs:')
    .option('--live', 'compare again what differs, when replication has passed the moment of reading')
    .option('--slot <name>', 'the source’s replication slot that feeds the target')
    .option('--settle <seconds>', 'how long to wait for the slot (default: 300); without --slot: instead of one')
    .option('--max-rechecks <times>', 'how often a row that keeps changing is read again (default: 10)')
    .optionsGroup('Load:')
    .option('--parallel <connections>', 'connections to each side (default: 2)')
    .option('--chunk-rows <rows>', 'rows in a chunk, about (default: 40000, with --live 10000)')
    .option('--rate <rows>', 'rows a second at most, from each side; 0: no limit (default: 0)')
    .option('--max-lag <MiB>', 'pause while a slot of the source is further behind')
    .option('--max-active-sessions <sessions>', 'pause while more sessions are active on the source (needs pg_monitor)')
    .option('--statement-timeout <seconds>', 'end statements that take longer, and try with less (default: 600)')
    .option('--lock-timeout <seconds>', 'wait no longer for a lock (default: 10)')
    .option('--reconnect <seconds>', 'how long to wait for a server that cannot be reached (default: 60)')
    .optionsGroup('Results:')
    .option('--report <folder>', 'write report.json and report.html')
    .option('--max-differences <rows>', 'list so many differing rows of each table (default: 100)')
    .option('--no-values', 'leave values of rows out of report and output; keys stay')
    .option('--render <report.json>', 'compare nothing: write the page of a report that there is')
    .optionsGroup('In several steps:')
    .option('--state <file>', 'keep what is done here; the same command goes on after an interruption')
    .option('--delta-from <state>', 'compare only what came since the pass that this state is of')
    .option('--predict', 'compare nothing: say how long the pass of --delta-from would take')
    .addOption(repeated('--append-only <table>', 'a table whose rows are only ever added', 'none'))
    .optionsGroup('Other:')
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', EXAMPLES)
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({ writeOut: (text) => say(text.trimEnd()), writeErr: (text) => complain(text.trimEnd()) });
