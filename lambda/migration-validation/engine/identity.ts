import type { Role } from '../database/session';
import type { Control } from './connect';

/** Which database this is, whatever address it was reached by; by its address where the role may not read more. */
const IDENTITY_SQL = `
  SELECT format('database %s (%s)', current_database(), (SELECT oid FROM pg_database WHERE datname = current_database())) AS database,
    has_function_privilege('pg_control_system()', 'EXECUTE') AS readable,
    format('at %s:%s', host(inet_server_addr()), inet_server_port()) AS address`;
const SYSTEM_SQL = `SELECT format('of the cluster %s', system_identifier) AS cluster FROM pg_control_system()`;

/** Values whose hashes both servers must agree on. */
const ALIKE_SQL = `
  SELECT current_setting('server_encoding') AS encoding,
    string_agg(hashtextextended(ROW(v, n, d)::text COLLATE "C", 42)::text, ',' ORDER BY i) AS hashes
  FROM (VALUES (1, 'a', 1.50::numeric, '2024-02-29 12:00:00.123456+00'::timestamptz), (2, '', 0, '-infinity'),
    (3, NULL, 'NaN', 'epoch'), (4, U&'\\00e9 \\20ac \\+01f600', -0.001, '0044-03-15 00:00:00+00 BC')) AS s (i, v, n, d)`;

interface Alike {
  readonly encoding: string;
  readonly hashes: string;
}

export interface Identities {
  readonly source: string;
  readonly target: string;
  /** Why hashes of the two sides cannot be compared. @default they can */
  readonly problem?: string;
}

/** Which databases these are, and whether they hash alike. */
export async function identify(control: Readonly<Record<Role, Control>>): Promise<Identities> {
  const [source, target] = await Promise.all([identityOf(control.source), identityOf(control.target)]);
  const [left, right] = await Promise.all([alike(control.source), alike(control.target)]);
  const problem = problemOf(left, right);
  return { source, target, ...(problem === undefined ? {} : { problem }) };
}

async function identityOf({ query }: Control): Promise<string> {
  const [row] = await query<{ database: string; readable: boolean; address: string }>(IDENTITY_SQL);
  if (row?.readable !== true) return `${row?.database ?? ''} ${row?.address ?? ''}`;
  const [system] = await query<{ cluster: string }>(SYSTEM_SQL);
  return `${row.database} ${system?.cluster ?? ''}`;
}

/** Not every encoding has all of the characters. */
async function alike({ query }: Control): Promise<Alike | undefined> {
  const [encoding] = await query<{ encoding: string }>(`SELECT current_setting('server_encoding') AS encoding`);
  if (encoding?.encoding !== 'UTF8') return { encoding: encoding?.encoding ?? 'not known', hashes: '' };
  const [row] = await query<{ encoding: string; hashes: string }>(ALIKE_SQL);
  return row;
}

function problemOf(source: Alike | undefined, target: Alike | undefined): string | undefined {
  if (source?.encoding !== target?.encoding) {
    return `the sides store text in different encodings, ${source?.encoding ?? ''} and ${target?.encoding ?? ''}: their hashes cannot be compared`;
  }
  return source?.hashes === target?.hashes ? undefined : 'the two servers hash the same values differently';
}
