import * as z from 'zod/mini';
import { type Machine, MACHINES } from '../migration/executor';
import { DIRECTIONS } from '../replication/replication';
import type { Clearance } from '../traffic/clearance';
import { type Item, parseState } from './dynamodb-authority';
import type { Change, Freeze, Lease, MigrationRecord } from './migration-authority';

/** What stands in the item under which name. */
export const FREEZE_ATTRIBUTES = {
  drains: 'drains',
  startedAt: 'started_at',
  closedLsn: 'closed_lsn',
  drainedAt: 'drained_at',
  verifiedAt: 'verified_at',
  sequencesAt: 'sequences_at',
  constraintsAt: 'constraints_at',
  stoppedAt: 'stopped_at',
  armedSlot: 'armed_slot',
  armedLsn: 'armed_lsn',
  armedAt: 'armed_at',
  abandonedBy: 'abandoned_by',
  restoringAt: 'restoring_at',
} as const satisfies Record<keyof Freeze, string>;

const FREEZE = z.object({
  drains: z.enum(DIRECTIONS),
  started_at: z.number(),
  closed_lsn: z.optional(z.string()),
  drained_at: z.optional(z.number()),
  verified_at: z.optional(z.number()),
  sequences_at: z.optional(z.number()),
  constraints_at: z.optional(z.number()),
  stopped_at: z.optional(z.number()),
  armed_slot: z.optional(z.string()),
  armed_lsn: z.optional(z.string()),
  armed_at: z.optional(z.number()),
  abandoned_by: z.optional(z.number()),
  restoring_at: z.optional(z.number()),
});

const PERCENT = z.int().check(z.minimum(0), z.maximum(100));

const RECORD = z.object({
  lease_token: z.optional(z.int().check(z.minimum(0))),
  lease_machine: z.optional(z.enum(MACHINES)),
  lease_execution: z.optional(z.string()),
  lease_taken_at: z.optional(z.number()),
  clearance: z.optional(
    z.object({
      min_aws_weight: PERCENT,
      max_aws_weight: PERCENT,
      reason: z.string(),
      by: z.string(),
      at: z.string(),
    }),
  ),
  freeze: z.optional(FREEZE),
  last_change: z.optional(z.object({ by: z.string(), reason: z.string(), execution: z.string(), at: z.number() })),
});

/**
 * The item with everything on it.
 * @throws Error when it makes no sense, with the names of the attributes
 */
export function parseRecord(item: Item | undefined, tableName: string): MigrationRecord {
  const state = parseState(item, tableName);
  const { success, data, error } = RECORD.safeParse(item ?? {});
  if (!success) {
    const wrong = error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new Error(`the authority item of ${tableName} must be as migrations write it, got other values of: ${wrong}`);
  }
  const { lease_token: lastToken = 0, clearance, freeze, last_change: change } = data;
  const lease = leaseOf(data, lastToken);
  return {
    ...state,
    lastToken,
    ...(lease === undefined ? {} : { lease }),
    ...(clearance === undefined ? {} : { clearance: clearanceOf(clearance) }),
    ...(freeze === undefined ? {} : { freeze: freezeOf(freeze) }),
    ...(change === undefined ? {} : { change }),
  };
}

interface LeaseAttributes {
  readonly lease_machine?: Machine | undefined;
  readonly lease_execution?: string | undefined;
  readonly lease_taken_at?: number | undefined;
}

function leaseOf(item: LeaseAttributes, token: number): Lease | undefined {
  const { lease_machine: machine, lease_execution: execution, lease_taken_at: takenAt = 0 } = item;
  return machine === undefined || execution === undefined ? undefined : { machine, execution, token, takenAt };
}

type ClearanceAttributes = NonNullable<z.infer<typeof RECORD>['clearance']>;

const clearanceOf = ({ min_aws_weight, max_aws_weight, ...rest }: ClearanceAttributes): Clearance => ({
  minAwsWeight: min_aws_weight,
  maxAwsWeight: max_aws_weight,
  ...rest,
});

export const clearanceAttributes = ({ minAwsWeight, maxAwsWeight, ...rest }: Clearance): ClearanceAttributes => ({
  min_aws_weight: minAwsWeight,
  max_aws_weight: maxAwsWeight,
  ...rest,
});

function freezeOf(item: z.infer<typeof FREEZE>): Freeze {
  const parts = Object.entries(FREEZE_ATTRIBUTES).map(([part, attribute]) => [part, item[attribute]] as const);
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined)) as unknown as Freeze;
}

/** What a freeze was, from the history. @default the item makes no sense */
export function parseFreeze(item: Item): Freeze | undefined {
  const { success, data } = FREEZE.safeParse(item);
  return success ? freezeOf(data) : undefined;
}

/** The parts of a freeze that have a value, under the names that they have in the item. */
export function freezeAttributes(freeze: Partial<Freeze>): Record<string, string | number> {
  const parts = Object.entries(FREEZE_ATTRIBUTES) as readonly (readonly [keyof Freeze, string])[];
  return Object.fromEntries(
    parts.flatMap(([part, attribute]) => {
      const value = freeze[part];
      return value === undefined ? [] : [[attribute, value] as const];
    }),
  );
}

/** A change as the item has it. */
export const changeAttributes = ({ by, reason, execution, at }: Change): Change => ({ by, reason, execution, at });
