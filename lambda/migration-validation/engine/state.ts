import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { differenceCounts, rowDifference, tableResult } from '../report/model';
import type { TablePlan } from '../rows/chunk';
import type { RowComparisonOptions, StateStore } from '../rows/run';
import { messageOf } from './faults';
import type { Moments } from './snapshot';
import { TableProgress } from './progress';

/** What a state says of the run that it belongs to. Another number: another form of lines, or of hashes. */
const FORMAT = 'row comparison 1';

const moment = z.object({ snapshot: z.string(), started: z.string() });
const header = z.object({
  format: z.literal(FORMAT),
  mode: z.enum(['exact', 'live']),
  seed: z.string(),
  startedAt: z.iso.datetime(),
  /** Which databases: as they say it themselves. */
  source: z.string(),
  target: z.string(),
  /** What is compared of which table. */
  tables: z.record(z.string(), z.string()),
  moments: z.optional(z.object({ source: moment, target: moment })),
});
type Header = z.infer<typeof header>;

const key = z.readonly(z.array(z.string()));
const part = z.union([
  z.object({ kind: z.literal('range'), after: z.optional(key), upTo: z.optional(key) }),
  z.object({ kind: z.literal('partition'), index: z.int(), of: z.int() }),
  z.object({ kind: z.literal('slice'), index: z.int(), of: z.int(), pages: z.int() }),
]);
const rows = z.object({ source: z.int(), target: z.int() });

const entry = z.discriminatedUnion('kind', [
  /** A table is compared from its beginning; what was said of it before no longer counts. */
  z.object({
    kind: z.literal('begin'),
    table: z.string(),
    rangeKey: z.optional(z.array(z.string())),
    walk: z.optional(z.object({ snapshot: z.string(), updates: z.nullable(z.string()) })),
  }),
  z.object({
    kind: z.literal('part'),
    table: z.string(),
    /** Its number, and the last of those that it stands for. */
    from: z.int(),
    to: z.int(),
    part,
    rows,
    sums: z.optional(z.object({ source: z.string(), target: z.string() })),
    counts: differenceCounts,
    differences: z.array(rowDifference),
    rechecked: z.boolean(),
    moved: z.optional(z.array(z.string())),
  }),
  z.object({ kind: z.literal('done'), table: z.string(), result: tableResult }),
]);
export type Entry = z.infer<typeof entry>;
export type PartEntry = Extract<Entry, { kind: 'part' }>;

/** What is known of a run when it begins or goes on. */
export interface RunState {
  readonly seed: string;
  /** By the table's name. */
  readonly tables: ReadonlyMap<string, TableProgress>;
  /** For the report: that it goes on, or why it does not. @default a new run */
  readonly note?: string;
  append(entry: Entry): Promise<void>;
}

export interface RunIdentity {
  readonly mode: RowComparisonOptions['mode'];
  readonly seed: string;
  readonly startedAt: string;
  readonly source: string;
  readonly target: string;
  readonly moments?: Moments;
}

export const tableText = ({ schema, name }: { readonly schema: string; readonly name: string }): string =>
  JSON.stringify([schema, name]);

/**
 * Goes on where a state stands, or begins a new one.
 * @throws Error when the state is of another run: it is never mixed
 */
export async function openRun(
  store: StateStore | undefined,
  plans: readonly TablePlan[],
  identity: RunIdentity,
  maxDifferences: number,
): Promise<RunState> {
  const tables = new Map(plans.map((plan) => [tableText(plan), new TableProgress(plan, maxDifferences)]));
  if (store === undefined) return { seed: identity.seed, tables, append: () => Promise.resolve() };
  const append = (line: Entry) => store.append(line);
  const now: Header = {
    format: FORMAT,
    ...identity,
    tables: Object.fromEntries(plans.map((plan) => [tableText(plan), planText(plan)])),
  };
  const found = await store.load();
  const earlier = found === undefined ? undefined : requireSame(found, now);
  const moved = earlier !== undefined && JSON.stringify(earlier.moments) !== JSON.stringify(now.moments);
  if (earlier === undefined || moved) {
    await store.clear();
    await store.save(now);
    const note = `The state of the run begun at ${earlier?.startedAt ?? ''} was left: since its snapshots transactions have ended, so that all was compared anew.`;
    return { seed: identity.seed, tables, append, ...(moved ? { note } : {}) };
  }
  let parts = 0;
  for await (const line of store.entries()) {
    const parsed = entry.safeParse(line);
    const progress = parsed.success ? tables.get(parsed.data.table) : undefined;
    if (!parsed.success || progress === undefined) {
      throw refusal(`lines of a row comparison, got ${JSON.stringify(line).slice(0, 100)}`);
    }
    try {
      progress.add(parsed.data);
    } catch (error) {
      throw refusal(`of one run alone, got lines of several (${messageOf(error)})`);
    }
    parts += parsed.data.kind === 'part' ? 1 : 0;
  }
  for (const progress of tables.values()) requireFit(progress);
  const note = `This goes on with the run begun at ${earlier.startedAt}: ${parts} parts of tables were compared before.`;
  return { seed: earlier.seed, tables, append, note };
}

/** Also where parts are done that others before them are not. */
function requireFit(progress: TableProgress): void {
  try {
    progress.chunks.ranges();
  } catch (error) {
    throw refusal(`of one run alone, got lines of several (${messageOf(error)})`);
  }
}

function requireSame(found: unknown, now: Header): Header {
  const parsed = header.safeParse(found);
  if (!parsed.success) throw refusal(`that of a run in the form "${FORMAT}"`);
  const { data } = parsed;
  if (data.mode !== now.mode) throw refusal(`that of a run in mode ${now.mode}, got ${data.mode}`);
  for (const side of ['source', 'target'] as const) {
    if (data[side] !== now[side]) throw refusal(`that of the same ${side} (${now[side]}), got ${data[side]}`);
  }
  const names = new Set([...Object.keys(data.tables), ...Object.keys(now.tables)]);
  const changed = [...names].filter((name) => data.tables[name] !== now.tables[name]);
  if (changed.length > 0) {
    throw refusal(
      `that of the same tables, with the same columns and keys; these are others now: ${changed.slice(0, 5).join(', ')}`,
    );
  }
  return data;
}

const refusal = (rule: string): Error =>
  new Error(`the state must be ${rule}; remove the state to begin anew, or give another one`);

/** What of a plan must be the same for results to belong together. Estimates may differ. */
function planText({ kind, columns, key: keyColumns }: TablePlan): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, columns, keyColumns]))
    .digest('hex')
    .slice(0, 32);
}
