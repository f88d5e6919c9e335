import { isIPv4 } from 'node:net';
import { Token } from 'cdktf';
import type { Problem } from '../validation/problem';
import { MAX_LOB_SIZE_KIB } from './declared-table';

/** What the rules of a replication look at. */
export interface ReplicationSettings {
  readonly schemas: readonly string[];
  readonly lobMaxSizeKib?: number;
  readonly maxFullLoadSubTasks?: number;
  readonly source: { readonly host: string; readonly port?: number; readonly cidrs: readonly string[] };
  readonly target: { readonly port: number };
}

/** The most tables that DMS loads at the same time. */
export const MAX_FULL_LOAD_SUB_TASKS = 49;

/**
 * The rules of a replication's own props: every one that the settings break, none when they are right.
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.FullLoad.html
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.LOBSupport.html
 */
export function replicationProblems({ source, target, schemas, ...sizes }: ReplicationSettings): Problem[] {
  return [
    ...(schemas.length > 0
      ? []
      : [{ field: 'schemas', must: 'must hold at least one schema', got: schemas, fix: 'name those of the payments' }]),
    ...(isIPv4(source.host) || source.cidrs.length > 0
      ? []
      : [
          {
            field: 'source.cidrs',
            must: 'must hold at least one network where source.host is a name',
            got: source.cidrs,
            fix: 'give the on-premises networks',
          },
        ]),
    ...rangeProblems('source.port', source.port, 65_535, 'TCP port'),
    ...rangeProblems('target.port', target.port, 65_535, 'TCP port'),
    ...rangeProblems('lobMaxSizeKib', sizes.lobMaxSizeKib, MAX_LOB_SIZE_KIB, 'KiB'),
    ...rangeProblems('maxFullLoadSubTasks', sizes.maxFullLoadSubTasks, MAX_FULL_LOAD_SUB_TASKS, 'tables at a time'),
  ];
}

function rangeProblems(field: string, value: number | undefined, to: number, unit: string): Problem[] {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= to)) return [];
  // A token is a large negative number: printed as such it would help nobody.
  const got = Token.isUnresolved(value) ? 'a token' : value;
  return [{ field, must: `must be an integer from 1 to ${to} (${unit})`, got, fix: 'choose a value in that range' }];
}
