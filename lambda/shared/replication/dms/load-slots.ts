import type { LogicalSlot } from '../slots';

/**
 * How DMS names the slot that it makes by itself for a task that loads: a part of its own, eight digits, a UUID, all joined
 * by `_`. The guide shows such a name without saying what its first part is.
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.PostgreSQL.html#CHAP_Source.PostgreSQL.v10
 */
export const DMS_SLOT = /^[a-z0-9]+_\d{8}_[a-z0-9]{8}_[a-z0-9]{4}_[a-z0-9]{4}_[a-z0-9]{4}_[a-z0-9]{12}$/;

export interface LoadSlotOptions {
  /** The task that loads. */
  readonly taskArn: string;
  readonly database: string;
  readonly plugin: string;
  /** @default DMS_SLOT */
  readonly pattern?: RegExp;
}

/** How much of the resource id a name is known to begin with at least. */
const MIN_ID = 8;

/**
 * The slots that the task made which loads: of the source's database, of its plugin, named as DMS does. Among those, the ones
 * whose name begins as the task's resource id does, where there are such; else the only one. Of several that nothing tells
 * apart none is taken: another DMS task may read this database, and dropping its slot loses its changes. What is not taken is
 * reported as an orphan.
 */
export function loadSlots(
  slots: readonly LogicalSlot[],
  { taskArn, database, plugin, pattern = DMS_SLOT }: LoadSlotOptions,
): readonly LogicalSlot[] {
  const named = slots.filter((slot) => slot.database === database && slot.plugin === plugin && pattern.test(slot.slot));
  const id = resourceId(taskArn).toLowerCase();
  const own = named.filter(({ slot }) => {
    const [first = ''] = slot.split('_');
    return first.length >= MIN_ID && id.startsWith(first);
  });
  if (own.length > 0) return own;
  return named.length === 1 ? named : [];
}

/** The last part of a task's ARN. */
export const resourceId = (arn: string): string => arn.split(':').at(-1) ?? '';
