import type { ApplicationRole } from '../facts-model';
import { PAGES } from '../pages';
import { type Hit, rule, type Rule } from '../rule';
import { label, sqlWord } from '../names';

const each = (
  roles: readonly ApplicationRole[],
  isUnsafe: (role: ApplicationRole) => boolean,
  rest: (role: ApplicationRole) => Omit<Hit, 'object'>,
): Hit[] => roles.filter(isUnsafe).map((role) => ({ object: role.role, ...rest(role) }));

/** Rules about what the fence rests on: the roles of applications, its trigger, the ledger's keys. */
export const FENCE_RULES: readonly Rule[] = [
  rule(
    ['roles'],
    {
      id: 'application-role',
      severity: 'warning',
      reason: 'the role cannot sign in or does not write here: perhaps it is not the one that the application uses',
      fix: 'name the role that the application signs in as with --role',
      page: PAGES.roleAttributes,
    },
    ({ roles: { found, candidates } }) =>
      each(
        found,
        ({ role, superuser, owns }) => !superuser && owns.length === 0 && !candidates.includes(role),
        () => ({}),
      ),
  ),
  rule(
    ['roles'],
    {
      id: 'application-superuser',
      severity: 'blocker',
      reason: 'no trigger and no privilege holds a superuser: the fence could not keep it from writing',
      fix: 'ALTER ROLE <role> NOSUPERUSER, and grant it what it needs',
      page: PAGES.roleAttributes,
    },
    ({ roles: { found } }) =>
      each(
        found,
        ({ superuser, memberOf }) => superuser || memberOf.length > 0,
        ({ role, superuser, memberOf }) =>
          superuser
            ? { value: 'superuser', fix: `ALTER ROLE ${sqlWord(role)} NOSUPERUSER, and grant it what it needs` }
            : {
                value: `member of ${memberOf.join(', ')}`,
                fix: `REVOKE ${memberOf.map(sqlWord).join(', ')} FROM ${sqlWord(role)}`,
              },
      ),
  ),
  rule(
    ['roles'],
    {
      id: 'application-owner',
      severity: 'blocker',
      reason: 'an owner can disable the trigger, drop the table, or replace the function: the fence could not hold it',
      fix: 'REASSIGN OWNED BY <role> TO <an owner that cannot sign in>, and grant the role what it needs',
      page: PAGES.privileges,
    },
    ({ roles: { found } }) =>
      each(
        found,
        ({ owns }) => owns.length > 0,
        ({ role, owns }) => ({
          value: shortened(owns),
          fix: `REASSIGN OWNED BY ${sqlWord(role)} TO <an owner that cannot sign in>, and grant ${sqlWord(role)} what it needs`,
        }),
      ),
  ),
  rule(
    ['roles'],
    {
      id: 'application-owner-member',
      severity: 'blocker',
      reason: 'a member of an owner can act as it (SET ROLE), and so disable the trigger',
      fix: 'REVOKE <owner> FROM <role>, and grant the role what it needs',
      page: PAGES.roleMembership,
    },
    ({ roles: { found } }) =>
      each(
        found,
        ({ superuser, actsAs }) => !superuser && actsAs.length > 0,
        ({ role, actsAs }) => ({
          value: `member of ${actsAs.join(', ')}`,
          fix: `REVOKE ${actsAs.map(sqlWord).join(', ')} FROM ${sqlWord(role)}, and grant ${sqlWord(role)} what it needs`,
        }),
      ),
  ),
  rule(
    ['roles'],
    {
      id: 'application-createrole',
      severity: 'blocker',
      reason: 'up to PostgreSQL 15 it can make itself a member of any role but a superuser, of the owner too',
      fix: 'ALTER ROLE <role> NOCREATEROLE',
      page: PAGES.roleAttributes,
    },
    ({ roles: { found } }) =>
      each(
        found,
        ({ superuser, createsRoles }) => !superuser && createsRoles,
        ({ role }) => ({ fix: `ALTER ROLE ${sqlWord(role)} NOCREATEROLE` }),
      ),
  ),
  rule(
    ['roles'],
    {
      id: 'application-writer-epoch',
      severity: 'blocker',
      reason: 'it could open a database that is closed, or empty the row that says so',
      fix: 'REVOKE INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER ON <schema>.writer_epoch FROM <role>',
      page: PAGES.privileges,
    },
    ({ roles: { found } }) =>
      each(
        found,
        ({ superuser, owns, actsAs, writerEpochRights }) =>
          // A superuser has every right, and an owner too: that is said once.
          !superuser && owns.length === 0 && actsAs.length === 0 && writerEpochRights.length > 0,
        ({ role, writerEpochRights }) => ({
          value: writerEpochRights.join(', '),
          fix: writerEpochRights.map((right) => `REVOKE ${right} FROM ${sqlWord(role)}`).join('; '),
        }),
      ),
  ),
  rule(
    ['roles'],
    {
      id: 'application-replica',
      severity: 'blocker',
      reason: 'a session with session_replication_role = replica skips the fence',
      fix: 'ALTER ROLE <role> RESET session_replication_role; REVOKE SET ON PARAMETER session_replication_role FROM <role>',
      page: PAGES.client,
    },
    ({ roles: { found } }) =>
      each(
        found,
        ({ runsAsReplica }) => runsAsReplica,
        ({ role }) => ({
          fix: `ALTER ROLE ${sqlWord(role)} RESET session_replication_role; from 15 on also REVOKE SET ON PARAMETER session_replication_role FROM ${sqlWord(role)}`,
        }),
      ),
  ),
  rule(
    ['objects'],
    {
      id: 'writer-epoch-missing',
      severity: 'warning',
      reason: 'nothing says whether this database may be written: before the cutover the fence must be here',
      fix: 'create payments.writer_epoch and the fence as docs/ledger-schema.md says',
      page: PAGES.triggers,
    },
    ({ objects: { writerEpochs } }) => (writerEpochs.length === 0 ? [{ object: 'writer_epoch' }] : []),
  ),
  rule(
    ['objects', 'tables'],
    {
      id: 'fence-missing',
      severity: 'warning',
      reason: 'what writes to it is not held while the database is closed',
      fix: "SELECT payments.fence_tables('<schema>')",
      page: PAGES.triggers,
    },
    ({ objects: { triggers, writerEpochs }, tables }) => {
      const fenced = new Set(
        triggers
          .filter(({ function: name, enabled }) => name === 'fence' && enabled !== 'R')
          .map(({ schema, table }) => label({ schema, name: table })),
      );
      return writerEpochs.length === 0
        ? []
        : tables
            .filter((table) => table.kind !== 'foreign' && !fenced.has(label(table)))
            .map((table) => ({ object: label(table), fix: `SELECT payments.fence_tables('${table.schema}')` }));
    },
  ),
  rule(
    ['ledger'],
    {
      id: 'unique-request',
      severity: 'warning',
      reason:
        'a client that retries on the other side would be booked twice: traffic may only go from 0 to 100 at once',
      fix: 'CREATE UNIQUE INDEX CONCURRENTLY transactions_client_id_idempotency_key_key ON payments.transactions (client_id, idempotency_key)',
      page: PAGES.uniqueIndexes,
    },
    ({ ledger: { present, uniqueRequest } }) =>
      present && !uniqueRequest ? [{ object: 'payments.transactions (client_id, idempotency_key)' }] : [],
  ),
  rule(
    ['ledger'],
    {
      id: 'balance-check',
      severity: 'info',
      reason: 'nothing in the database checks that entries sum to zero: the reconciliation is what finds it',
      fix: 'apply post-data/0004_balance.sql, as docs/ledger-schema.md says',
      page: PAGES.triggers,
    },
    ({ ledger: { present, balanceCheck } }) => (present && !balanceCheck ? [{ object: 'payments.entries' }] : []),
  ),
];

/** The first names of a list, and how many more there are. */
const shortened = (names: readonly string[]): string =>
  names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
