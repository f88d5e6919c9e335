import type { Client } from 'pg';
import type { RoleSettings } from '../facts-model';
import type { Unknown } from '../model';
import { type Reading, rowsOf } from './probe';

/** The settings of roles that matter, and the rules that look at them. */
const SETTINGS = {
  idle_in_transaction_session_timeout: 'idle-in-transaction',
  wal_sender_timeout: 'wal-sender-timeout',
  statement_timeout: 'statement-timeout',
  default_transaction_read_only: 'read-only-default',
} as const;

type Setting = keyof typeof SETTINGS;

/**
 * What a role gets: its own setting in this database, its own, the database's, that of all roles, else the server's. The
 * server's is what this session began with, unless this session's role has a setting of its own, which hides it.
 */
const EFFECTIVE = `
  WITH wanted AS (
    SELECT name, reset_val, unit FROM pg_settings WHERE name = ANY ($2::text[])
  ), given AS (
    SELECT split_part(item, '=', 1) AS name, substr(item, strpos(item, '=') + 1) AS value,
      coalesce(r.rolname::text, '') AS role, s.setdatabase <> 0 AS "here"
    FROM pg_db_role_setting AS s
    LEFT JOIN pg_roles AS r ON r.oid = s.setrole
    CROSS JOIN LATERAL unnest(s.setconfig) AS item
    WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  )
  SELECT w.name, coalesce(
      (SELECT g.value FROM given AS g WHERE g.name = w.name AND g.role IN ($1::text, '')
       ORDER BY g.role = $1::text DESC, g."here" DESC LIMIT 1),
      w.reset_val
    ) AS value,
    w.unit,
    NOT EXISTS (SELECT FROM given AS g WHERE g.name = w.name AND g.role IN ($1::text, ''))
      AND $1::text <> session_user::text
      AND EXISTS (SELECT FROM given AS g WHERE g.name = w.name AND g.role = session_user::text) AS hidden
  FROM wanted AS w`;

interface Row {
  readonly name: Setting;
  readonly value: string;
  readonly hidden: boolean;
}

const FACTORS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A time as a setting holds it, in milliseconds: `300000`, `5min`, `1.5 h`. */
export function milliseconds(text: string): number {
  const [, number = '', unit = ''] = /^\s*([0-9.]+)\s*([a-z]*)\s*$/.exec(text) ?? [];
  const factor = FACTORS[unit === '' ? 'ms' : unit];
  if (number === '' || factor === undefined) throw new Error(`a time must be a number with a unit, got "${text}"`);
  return Math.round(Number(number) * factor);
}

/** Reads the settings that a role's sessions in this database begin with; those that cannot be seen are left out. */
export async function readRoleSettings(client: Client, role: string): Promise<Reading<RoleSettings>> {
  const rows = await rowsOf<Row>(client, EFFECTIVE, [role, Object.keys(SETTINGS)]);
  const seen = rows.filter(({ hidden }) => !hidden);
  const valueOf = (setting: Setting): string | undefined => seen.find(({ name }) => name === setting)?.value;
  const timeOf = (setting: Setting): number | undefined => {
    const value = valueOf(setting);
    return value === undefined ? undefined : milliseconds(value);
  };
  const readOnly = valueOf('default_transaction_read_only');
  const value = {
    idleInTransactionTimeoutMs: timeOf('idle_in_transaction_session_timeout'),
    walSenderTimeoutMs: timeOf('wal_sender_timeout'),
    statementTimeoutMs: timeOf('statement_timeout'),
    readOnly: readOnly === undefined ? undefined : ['on', 'true', 'yes', '1'].includes(readOnly.toLowerCase()),
  };
  return {
    value: Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)),
    unknown: rows.filter(({ hidden }) => hidden).map(({ name }) => hiddenBy(name, role)),
  };
}

const hiddenBy = (setting: Setting, role: string): Unknown => ({
  id: SETTINGS[setting],
  object: `${setting} of ${role}`,
  reason: "the role that looks has a setting of its own, behind which the server's cannot be seen",
  fix: `ALTER ROLE ${role} SET ${setting} = …; or look as a role without ALTER ROLE … SET ${setting}`,
});
