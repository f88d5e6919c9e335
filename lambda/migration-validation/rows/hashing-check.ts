import type { Pair } from './chunk';
import { onBoth } from './pair';
import { readRows } from './read-rows';

/** What both sides must answer alike: how they hash, and how they print what depends on settings. */
const PROBES = [
  "pg_catalog.current_setting('server_encoding')",
  'pg_catalog.hashtextextended(\'(1,"Zürich, ß",,"")\' COLLATE pg_catalog."C", 4611686018427387905)',
  ...['TimeZone', 'DateStyle', 'IntervalStyle', 'bytea_output', 'xmlbinary', 'lc_monetary', 'search_path'].map(
    (name) => `pg_catalog.current_setting('${name}')`,
  ),
  "CASE WHEN pg_catalog.current_setting('extra_float_digits')::pg_catalog.int4 > 0 THEN 'exact' ELSE 'rounded' END",
];

/**
 * Whether sums of hashes mean the same on both sides: one encoding, one hash function, one way of printing.
 * @returns the reason why not, for a verdict of `unknown`; undefined: they do
 */
export async function hashingProblem(pair: Pair): Promise<string | undefined> {
  const sql = `SELECT ${PROBES.join(', ')}`;
  const [[source], [target]] = await onBoth(pair, (client) => readRows(client, sql, false));
  const index = PROBES.findIndex((_, at) => source?.[at] !== target?.[at]);
  if (index < 0) return undefined;
  return `rows cannot be compared by hashes: ${PROBES[index]} is ${source?.[index]} on the source, ${target?.[index]} on the target`;
}
