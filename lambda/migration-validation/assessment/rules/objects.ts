import { PAGES } from '../pages';
import { rule, type Rule } from '../rule';
import { label, labelOnTable, sqlName, sqlTable, sqlWord } from '../names';

/** Rules about what else is in the schemas. */
export const OBJECT_RULES: readonly Rule[] = [
  rule(
    ['objects'],
    {
      id: 'large-objects',
      severity: 'blocker',
      reason: 'neither DMS nor logical replication copies them',
      fix: 'keep their bytes in a bytea column; then lo_unlink() them, or vacuumlo those that nothing refers to',
      page: PAGES.replicationRestrictions,
    },
    ({ objects: { largeObjects: value } }) => (value > 0 ? [{ object: 'pg_largeobject', value }] : []),
  ),
  rule(
    ['objects'],
    {
      id: 'sequence',
      severity: 'info',
      reason: 'what it has given out is not replicated: used as it is, the target gives out values that are taken',
      fix: 'set it on the target while both sides are frozen: npm run compare prints the setval()',
      page: PAGES.replicationRestrictions,
    },
    ({ objects: { sequences } }) =>
      sequences.map((sequence) => ({
        object: label(sequence),
        value: `${sequence.identity ? 'identity, ' : ''}last value ${sequence.lastValue ?? 'not seen'}`,
      })),
  ),
  rule(
    ['objects'],
    {
      id: 'trigger',
      severity: 'info',
      reason: 'on the target it would fire for what DMS writes, a second time',
      fix: 'let the apply role run with session_replication_role = replica, or create it after the load',
      page: PAGES.triggers,
    },
    ({ objects: { triggers } }) =>
      triggers
        .filter(({ enabled }) => enabled === 'O')
        .map((trigger) => ({ object: labelOnTable(trigger), value: `${trigger.function}()` })),
  ),
  rule(
    ['objects'],
    {
      id: 'trigger-always',
      severity: 'warning',
      reason: 'it fires for replication too, which session_replication_role = replica does not prevent',
      fix: 'ALTER TABLE <table> ENABLE TRIGGER <trigger>, on the target',
      page: PAGES.triggers,
    },
    ({ objects: { triggers } }) =>
      triggers
        .filter(({ enabled }) => enabled === 'A' || enabled === 'R')
        .map((trigger) => ({
          object: labelOnTable(trigger),
          value: enabledAs(trigger.enabled),
          fix: `ALTER TABLE ${sqlTable(trigger)} ENABLE TRIGGER ${sqlWord(trigger.name)}, on the target`,
        })),
  ),
  rule(
    ['objects'],
    {
      id: 'foreign-key',
      severity: 'info',
      reason: 'tables are loaded side by side: on the target a row may come before the one that it refers to',
      fix: 'let the apply role run with session_replication_role = replica, or create it after the load',
      page: PAGES.assessments,
    },
    ({ objects: { foreignKeys } }) => foreignKeys.map((key) => ({ object: labelOnTable(key) })),
  ),
  rule(
    ['objects'],
    {
      id: 'rewrite-rule',
      severity: 'warning',
      reason: "on the target it would rewrite DMS's statements, and a COPY passes it by",
      fix: 'DROP RULE <rule> ON <table>, for a trigger that does the same',
      page: PAGES.rules,
    },
    ({ objects: { rules } }) =>
      rules.map((rewrite) => ({
        object: labelOnTable(rewrite),
        fix: `DROP RULE ${sqlWord(rewrite.name)} ON ${sqlTable(rewrite)}, for a trigger that does the same`,
      })),
  ),
  rule(
    ['objects'],
    {
      id: 'event-trigger',
      severity: 'warning',
      reason: 'on the target it would fire for what the migration creates, and on Aurora it takes rds_superuser',
      fix: 'ALTER EVENT TRIGGER <trigger> DISABLE, on the target, until the cutover',
      page: PAGES.eventTriggers,
    },
    ({ objects: { eventTriggers } }) =>
      eventTriggers.map(({ name, enabled }) => ({
        object: name,
        value: enabledAs(enabled),
        fix: `ALTER EVENT TRIGGER ${sqlWord(name)} DISABLE, on the target, until the cutover`,
      })),
  ),
  rule(
    ['objects'],
    {
      id: 'materialized-view',
      severity: 'info',
      reason: 'its rows are not replicated',
      fix: 'REFRESH MATERIALIZED VIEW <view>, on the target, after the load and at the cutover',
      page: PAGES.materializedViews,
    },
    ({ objects: { materializedViews } }) =>
      materializedViews.map((view) => ({
        object: label(view),
        fix: `REFRESH MATERIALIZED VIEW ${sqlName(view)}, on the target, after the load and at the cutover`,
      })),
  ),
  rule(
    ['objects'],
    {
      id: 'coalesce-index',
      severity: 'warning',
      reason: 'DMS does not support replicating a table with a unique index over coalesce()',
      fix: 'create the index on the target after the cutover, or make it UNIQUE NULLS NOT DISTINCT (15 and later)',
      page: PAGES.sourceLimits,
    },
    ({ objects: { coalesceIndexes } }) => coalesceIndexes.map((index) => ({ object: labelOnTable(index) })),
  ),
  rule(
    ['objects'],
    {
      id: 'publication-partial',
      severity: 'warning',
      reason: 'whoever replicates by it never hears of what it leaves out',
      fix: "ALTER PUBLICATION <publication> SET (publish = 'insert, update, delete, truncate')",
      page: PAGES.publications,
    },
    ({ objects: { publications } }) =>
      publications
        .filter(({ leavesOut }) => leavesOut.length > 0)
        .map(({ name, leavesOut }) => ({
          object: name,
          value: `without ${leavesOut.join(', ')}`,
          fix: `ALTER PUBLICATION ${sqlWord(name)} SET (publish = 'insert, update, delete, truncate')`,
        })),
  ),
  rule(
    ['objects'],
    {
      id: 'publication-writer-epoch',
      severity: 'blocker',
      reason:
        'it says which side may be written and is local to each: replicated, it would open a database that is closed',
      fix: 'ALTER PUBLICATION <publication> DROP TABLE <schema>.writer_epoch; one FOR ALL TABLES must be made anew',
      page: PAGES.publications,
    },
    ({ objects: { publications } }) =>
      publications
        .filter(({ writerEpoch }) => writerEpoch)
        .map(({ name, allTables }) => ({ object: name, ...(allTables ? { value: 'FOR ALL TABLES' } : {}) })),
  ),
  rule(
    ['objects'],
    {
      id: 'subscription',
      severity: 'warning',
      reason: 'the source is the target of another replication: what arrives so is captured again, or in a loop',
      fix: 'ALTER SUBSCRIPTION <subscription> DISABLE, when nobody needs it any more',
      page: PAGES.replicationRestrictions,
    },
    ({ objects: { subscriptions } }) =>
      subscriptions.map((name) => ({
        object: name,
        fix: `ALTER SUBSCRIPTION ${sqlWord(name)} DISABLE, when nobody needs it any more`,
      })),
  ),
  rule(
    ['objects'],
    {
      id: 'control-schema',
      severity: 'blocker',
      reason: 'the schema is for what DMS makes for itself: it is in no mapping, so such a table is not replicated',
      fix: 'ALTER TABLE <table> SET SCHEMA <another>',
      page: PAGES.target,
    },
    ({ objects: { strangersInControlSchema } }) =>
      strangersInControlSchema.map((table) => ({
        object: label(table),
        fix: `ALTER TABLE ${sqlName(table)} SET SCHEMA <another>`,
      })),
  ),
  rule(
    ['objects'],
    {
      id: 'dms-leftover',
      severity: 'warning',
      reason: 'named as DMS names its own, it is neither assessed nor mapped: an earlier task may have left it behind',
      fix: 'DROP TABLE <table>, when no task uses it any more',
      page: PAGES.source,
    },
    ({ objects: { dmsTables } }) =>
      dmsTables.map((table) => ({
        object: label(table),
        fix: `DROP TABLE ${sqlName(table)}, when no task uses it any more`,
      })),
  ),
];

const enabledAs = (enabled: string): string =>
  ({ O: 'ENABLE', A: 'ENABLE ALWAYS', R: 'ENABLE REPLICA' })[enabled] ?? enabled;
