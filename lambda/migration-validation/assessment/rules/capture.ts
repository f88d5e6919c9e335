import { PAGES } from '../pages';
import { rule, type Rule } from '../rule';
import { label, sqlName, sqlWord } from '../names';

/** Rules about the role that DMS reads the source with. */
export const CAPTURE_RULES: readonly Rule[] = [
  rule(
    ['capture'],
    {
      id: 'capture-role',
      severity: 'blocker',
      reason: 'DMS cannot connect, and what it may read cannot be checked',
      fix: 'CREATE ROLE <capture role> LOGIN REPLICATION PASSWORD …; or name another with --capture-role',
      page: PAGES.source,
    },
    ({ capture: { role, exists } }) =>
      exists
        ? []
        : [
            {
              object: role,
              fix: `CREATE ROLE ${sqlWord(role)} LOGIN REPLICATION PASSWORD …; or name another with --capture-role`,
            },
          ],
  ),
  rule(
    ['capture'],
    {
      id: 'capture-replication',
      severity: 'blocker',
      reason: 'it cannot make a slot nor read one',
      fix: 'ALTER ROLE <capture role> REPLICATION',
      page: PAGES.source,
    },
    ({ capture: { role, exists, superuser, replication } }) =>
      !exists || superuser || replication ? [] : [{ object: role, fix: `ALTER ROLE ${sqlWord(role)} REPLICATION` }],
  ),
  rule(
    ['capture'],
    {
      id: 'capture-select',
      severity: 'blocker',
      reason: 'DMS leaves out a table that it may not read',
      fix: 'GRANT SELECT ON <table> TO <capture role>, and USAGE on its schema; or leave it out with --exclude-table',
      page: PAGES.source,
    },
    ({ capture: { role, exists, unreadable } }) =>
      exists
        ? unreadable.map((table) => ({
            object: label(table),
            fix: `GRANT SELECT ON ${sqlName(table)} TO ${sqlWord(role)}, and USAGE on its schema; or leave it out with --exclude-table ${label(table)}`,
          }))
        : [],
  ),
  rule(
    ['capture'],
    {
      id: 'capture-heartbeat',
      severity: 'blocker',
      reason: "without a heartbeat the slot pins the whole server's WAL while the replicated tables are idle",
      fix: 'CREATE SCHEMA IF NOT EXISTS awsdms_control; GRANT USAGE, CREATE ON SCHEMA awsdms_control TO <capture role>',
      page: PAGES.sourceSettings,
    },
    ({ capture: { role, exists, superuser, ownsHeartbeat } }) =>
      !exists || superuser || ownsHeartbeat
        ? []
        : [
            {
              object: role,
              fix: `CREATE SCHEMA IF NOT EXISTS awsdms_control; GRANT USAGE, CREATE ON SCHEMA awsdms_control TO ${sqlWord(role)}`,
            },
          ],
  ),
  rule(
    ['capture', 'tables'],
    {
      id: 'row-security',
      severity: 'blocker',
      reason: 'DMS copies only the rows that the policies show to it, without an error',
      fix: 'ALTER ROLE <capture role> BYPASSRLS',
      page: PAGES.rowSecurity,
    },
    ({ capture, tables }) =>
      capture.superuser || capture.bypassesRowSecurity
        ? []
        : tables
            .filter(
              ({ rowSecurity, forcedRowSecurity, owner }) =>
                rowSecurity && (forcedRowSecurity || owner !== capture.role),
            )
            .map((table) => ({ object: label(table), fix: `ALTER ROLE ${sqlWord(capture.role)} BYPASSRLS` })),
  ),
];
