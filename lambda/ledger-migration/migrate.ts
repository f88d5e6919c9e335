import { createHash } from 'node:crypto';
import { ExplainedError } from '../shared/runtime/error-fields';
import type { Migration, Part } from './migrations';
import { inTransaction, type Session } from './session';

/*
 * Why not a kept tool: node-pg-migrate and postgrator read their files from a folder and load them at run time, and a
 * function is one bundle; umzug brings neither storage in the database nor lock, transaction or checksum, which is all
 * that there is here. What is needed is these lines.
 */

/** What a run did. */
export interface MigrationReport {
  /** Files applied by this run, as `part/name`. */
  readonly applied: readonly string[];
  /** Files that were there already. */
  readonly present: readonly string[];
}

interface HistoryRow {
  readonly name: string;
  readonly checksum: string;
}

/** Where it is written down what was applied. */
export const HISTORY = `
  CREATE SCHEMA IF NOT EXISTS ledger_control;
  CREATE TABLE IF NOT EXISTS ledger_control.migrations (
    name varchar(100) COLLATE "C" PRIMARY KEY,
    checksum varchar(64) COLLATE "C" NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    applied_by varchar(63) NOT NULL DEFAULT current_user
  );
`;

/** A file by its part and name. */
export const idOf = ({ part, name }: Migration): string => `${part}/${name}`;
export const checksumOf = ({ sql }: Migration): string => createHash('sha256').update(sql).digest('hex');

/**
 * Applies what is missing of the requested parts, each file in a transaction of its own that also records it: a run that
 * ends half-way is resumed by the next one. Run it in `exclusively`.
 * @param session a connection of a role that may create roles and schemas, for this run alone
 * @throws ExplainedError when the history does not fit the files: one was edited after it was applied, one is unknown to this
 * release, or one should have come before others that were applied
 */
export async function migrate(
  session: Session,
  migrations: readonly Migration[],
  parts: readonly Part[],
): Promise<MigrationReport> {
  await inTransaction(session, () => session.query(HISTORY));
  const { rows } = await session.query('SELECT name, checksum FROM ledger_control.migrations ORDER BY name');
  const history = rows as readonly HistoryRow[];
  const problems = historyProblems(migrations, history);
  if (problems.length > 0) throw new ExplainedError(`the ledger's history must fit its files: ${problems.join('; ')}`);
  const done = new Set(history.map(({ name }) => name));
  const wanted = migrations.filter(({ part }) => parts.includes(part));
  const missing = wanted.filter((migration) => !done.has(idOf(migration)));
  for (const migration of missing) {
    await inTransaction(session, async () => {
      await session.query(migration.sql);
      // A file acts as the owner of what it makes; the history belongs to whoever runs it.
      await session.query('SET LOCAL ROLE NONE');
      await session.query('INSERT INTO ledger_control.migrations (name, checksum) VALUES ($1, $2)', [
        idOf(migration),
        checksumOf(migration),
      ]);
    });
  }
  return { applied: missing.map(idOf), present: wanted.filter((m) => !missing.includes(m)).map(idOf) };
}

function historyProblems(migrations: readonly Migration[], history: readonly HistoryRow[]): string[] {
  const files = new Map(migrations.map((migration) => [idOf(migration), migration]));
  const done = new Set(history.map(({ name }) => name));
  const unknown = history
    .filter(({ name }) => !files.has(name))
    .map(({ name }) => `${name} was applied by another release; run the one that has it`);
  const edited = history.flatMap(({ name, checksum }) => {
    const file = files.get(name);
    return file === undefined || checksumOf(file) === checksum
      ? []
      : [`${name} was changed after it was applied; restore it and write a new file`];
  });
  const late = migrations
    .filter((migration, index) => {
      const followers = migrations.slice(index + 1).filter(({ part }) => part === migration.part);
      return !done.has(idOf(migration)) && followers.some((follower) => done.has(idOf(follower)));
    })
    .map((migration) => `${idOf(migration)} comes before files that were applied; number it after them`);
  return [...unknown, ...edited, ...late];
}
