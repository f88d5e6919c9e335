import type { Client } from 'pg';
import type { Facts } from './facts-model';
import type { Unknown } from './model';
import type { AssessmentOptions, Limits } from './options';
import { readActivity } from './probes/activity';
import { readCapture } from './probes/capture';
import { readExtensions } from './probes/extensions';
import { readLedger } from './probes/ledger';
import { measureTables } from './probes/measure';
import { readObjects } from './probes/objects';
import type { Reading, Selection } from './probes/probe';
import { readRoles } from './probes/roles';
import { readServer } from './probes/server';
import { readSlots } from './probes/slots';
import { readColumns, readTables } from './probes/tables';
import { readTarget } from './probes/target';
import type { Part } from './rule';

export interface Gathered {
  readonly facts: Facts;
  /** What single readings could not see. */
  readonly unknown: readonly Unknown[];
  /** The parts that could not be read at all, with the error's message. */
  readonly failed: ReadonlyMap<Part, string>;
}

const allOf = <Value>(value: Value): Reading<Value> => ({ value, unknown: [] });

/** Reads everything, part by part: one that fails leaves the others alone. */
export async function gatherFacts(source: Client, options: AssessmentOptions, limits: Limits): Promise<Gathered> {
  const selection: Selection = {
    ...(options.schemas === undefined ? {} : { schemas: options.schemas }),
    excludeTables: options.excludeTables ?? [],
  };
  const unknown: Unknown[] = [];
  const failed = new Map<Part, string>();
  const read = async <Value>(part: Part, reading: () => Promise<Reading<Value>>): Promise<Value | undefined> => {
    try {
      const found = await reading();
      unknown.push(...found.unknown);
      return found.value;
    } catch (error) {
      failed.set(part, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
  const server = await read('server', async () => allOf(await readServer(source)));
  const versionNumber = server?.versionNumber ?? 0;
  const user = server?.user ?? 'the role that looks';
  const tables = await read('tables', async () => allOf(await readTables(source, selection)));
  const columns = await read('columns', async () => allOf(await readColumns(source, selection, versionNumber)));
  const { target } = options;
  const facts: Facts = {
    selection: {
      ...(selection.schemas === undefined ? {} : { schemas: [...selection.schemas] }),
      excludeTables: [...selection.excludeTables],
    },
    server,
    capture: await read('capture', () => readCapture(source, selection, options.captureRole ?? 'dms_capture')),
    slots: await read('slots', async () => allOf(await readSlots(source))),
    activity: await read('activity', () => readActivity(source, { ...limits, user })),
    extensions: await read('extensions', async () => allOf(await readExtensions(source))),
    tables,
    columns,
    measurements: await read('measurements', () => {
      if (tables === undefined || columns === undefined) throw new Error('the tables could not be read');
      return measureTables(source, tables, columns, {
        upToMib: options.measureUpToMib ?? 256,
        all: options.measureLobs ?? false,
        timeoutMs: options.measureTimeoutMs ?? 30_000,
        user,
      });
    }),
    objects: await read('objects', async () => allOf(await readObjects(source, selection))),
    roles: await read('roles', () => readRoles(source, selection, options.applicationRoles ?? [], versionNumber)),
    ledger: await read('ledger', async () => allOf(await readLedger(source))),
    target:
      target === undefined
        ? undefined
        : await read('target', () => readTarget(target, selection, options.applyRole ?? 'dms_apply')),
  };
  if (tables !== undefined) unknown.push(...notThere(selection, tables));
  return { facts: present(facts), unknown, failed };
}

/** A schema that was asked for and has no table, and a database without any: whoever asked meant something else. */
function notThere({ schemas }: Selection, tables: readonly { readonly schema: string }[]): Unknown[] {
  const none = (object: string): Unknown => ({
    id: 'primary-key',
    object,
    reason: 'there is no table in it, so nothing was assessed',
    fix: 'name the database and the schemas that hold the payments, spelt as PostgreSQL stores them',
  });
  if (schemas === undefined) return tables.length === 0 ? [none('the database')] : [];
  return schemas.filter((schema) => !tables.some((table) => table.schema === schema)).map(none);
}

/** Without the keys whose value is undefined: JSON has none either. */
const present = (facts: Facts): Facts =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as Facts;
