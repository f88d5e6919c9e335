import { MAX_LOB_SIZE_KIB } from '../../constructs/replication/declared-table';
import { DECODING_PLUGINS } from '../../constructs/replication/endpoint-settings';
import { DMS_STORAGE_GIB, dmsInstanceClassProblems } from '../../constructs/replication/instance-problems';
import { MAX_FULL_LOAD_SUB_TASKS } from '../../constructs/replication/replication-problems';
import { accepted, flag, integer, list, matching, numeric, oneOf, section, text } from './primitives';

const identifier = (what: string) =>
  matching(
    /^[a-z_][a-z0-9_]{0,62}$/,
    `must be a PostgreSQL identifier: 1 to 63 lower-case letters, digits and _, not starting with a digit (${what})`,
    'choose such a name',
  );

const tableName = () => identifier('schema or table');

const column = section({
  name: identifier('column').describe('Its name.'),
  type: text(
    { must: 'must be a PostgreSQL type, as numeric(12,2)', fix: "write the column's type" },
    (value) => value.trim() !== '',
  ).describe("The column's type as PostgreSQL prints it."),
  longestValueKib: numeric({ must: 'must be 0 or more (KiB)', fix: 'measure the longest value' }, (value) => value >= 0)
    .optional()
    .describe('For types that DMS handles as LOB: the longest value, in KiB.'),
});

/** A table that is replicated, as far as the linter needs to know it. */
const table = section({
  schema: tableName().describe('Its schema.'),
  name: tableName().describe('Its name.'),
  primaryKey: list(identifier('column'), 'column names').describe(
    'The columns of its primary key; without one DMS loses updates.',
  ),
  columns: list(column, 'columns').default([]).describe('The columns whose type matters to DMS.'),
});

/** DMS replication from on-premises to Aurora. */
export const replicationSchema = section({
  instanceClass: accepted(dmsInstanceClassProblems).describe("The replication instance's class."),
  allocatedStorageGib: integer(DMS_STORAGE_GIB.min, DMS_STORAGE_GIB.max, 'GiB').describe(
    'Its storage, for cached changes and logs.',
  ),
  multiAz: flag().default(true).describe('Whether a standby waits in a second zone.'),
  schemas: list(tableName(), 'schema names').describe('The schemas that are replicated, whole.'),
  tables: list(table, 'tables')
    .default([])
    .describe('The tables, where they are known: the linter then checks each for what DMS loses.'),
  excludedTables: list(
    section({ schema: tableName().describe('Its schema.'), name: tableName().describe('Its name.') }),
    'tables',
  )
    .default([])
    .describe(
      'Tables of the schemas that stay local to their side; writer_epoch always does, and drain markers go in their own direction only.',
    ),
  pluginName: oneOf(DECODING_PLUGINS)
    .default('test_decoding')
    .describe('How the on-premises server decodes WAL; pglogical must be preloaded there.'),
  maxFullLoadSubTasks: integer(1, MAX_FULL_LOAD_SUB_TASKS, 'tables at a time')
    .default(8)
    .describe('Tables that are loaded at the same time.'),
  lobMaxSizeKib: integer(1, MAX_LOB_SIZE_KIB, 'KiB')
    .default(1024)
    .describe('The longest LOB that is copied whole. A longer one stops the task; it is never cut.'),
}).describe('DMS: full load and change data capture from on-premises to Aurora.');
