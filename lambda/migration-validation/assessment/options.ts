import type { Client } from 'pg';

/** The bounds that rules measure against. */
export interface Limits {
  /** The replication tasks that read from the source at the same time: each takes a slot and a sender. */
  readonly tasks: number;
  /** Whether an alarm watches how much WAL the slots hold back. */
  readonly slotAlarm: boolean;
  /** The longest LOB that the tasks copy whole, in KiB. */
  readonly lobMaxSizeKib: number;
  readonly longTransactionSeconds: number;
  readonly retainedWalMib: number;
  /** From this size on a table takes an ordered key to be compared by ranges, in MiB. */
  readonly largeTableMib: number;
}

export const DEFAULT_LIMITS: Limits = {
  tasks: 1,
  slotAlarm: false,
  lobMaxSizeKib: 1024,
  longTransactionSeconds: 600,
  retainedWalMib: 1024,
  largeTableMib: 100,
};

export interface AssessmentOptions extends Partial<Limits> {
  /** @default the target's rules are not asked */
  readonly target?: Client;
  /** @default all but PostgreSQL's own, DMS's and that of the ledger's migrations */
  readonly schemas?: readonly string[];
  /** Tables that are not replicated: `schema.table`, `schema.*` or `*.table`. `writer_epoch` never is. @default none */
  readonly excludeTables?: readonly string[];
  /** Whose rights the fence must hold against. @default none: whether it holds is unknown */
  readonly applicationRoles?: readonly string[];
  /** @default 'dms_capture' */
  readonly captureRole?: string;
  /** @default 'dms_apply' */
  readonly applyRole?: string;
  /** Tables up to this size are read once, for the longest LOB and infinite times; in MiB. @default 256 */
  readonly measureUpToMib?: number;
  /** Reads every table for that, whatever its size. @default false */
  readonly measureLobs?: boolean;
  /** How long reading one table may take, in milliseconds. @default 30000 */
  readonly measureTimeoutMs?: number;
  /** Findings to live with: a rule's id, or `id=object`. They block no more. @default none */
  readonly accepted?: readonly string[];
}
