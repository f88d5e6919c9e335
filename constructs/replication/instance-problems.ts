import { Token } from 'cdktf';
import { type Problem, when } from '../validation/problem';
import { weeklyWindowProblems } from '../validation/windows';

/** What the rules of an instance look at. */
export interface InstanceSettings {
  readonly subnetIds: readonly string[];
  readonly instanceClass: string;
  readonly allocatedStorageGib: number;
  readonly engineVersion?: string;
  readonly maintenanceWindow?: string;
}

const UP_TO_4XLARGE = ['large', 'xlarge', '2xlarge', '4xlarge'] as const;
const UP_TO_24XLARGE = [...UP_TO_4XLARGE, '8xlarge', '12xlarge', '16xlarge', '24xlarge'] as const;

/**
 * Instance classes of DMS, sizes by family. Not every region has every one.
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_ReplicationInstance.Types.html
 */
const DMS_INSTANCE_SIZES = new Map<string, readonly string[]>([
  ['t3', ['micro', 'small', 'medium', 'large']],
  ['c5', [...UP_TO_4XLARGE, '9xlarge', '12xlarge', '18xlarge', '24xlarge']],
  ['c6i', [...UP_TO_24XLARGE, '32xlarge']],
  ['c7i', [...UP_TO_24XLARGE, '48xlarge']],
  ['r5', UP_TO_24XLARGE],
  ['r6i', [...UP_TO_24XLARGE, '32xlarge']],
  ['r7i', [...UP_TO_24XLARGE, '48xlarge']],
]);

/** The storage of an instance, in GiB. */
export const DMS_STORAGE_GIB = { min: 5, max: 6144 } as const;

/** The oldest version of DMS that supports PostgreSQL 14 to 17 on both sides. */
const OLDEST_VERSION = [3, 6, 1] as const;

/**
 * The rules of a replication instance: every one that the settings break, none when they are right.
 * @see https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationInstance.html
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.PostgreSQL.html (versions)
 */
export function instanceProblems(settings: InstanceSettings): Problem[] {
  const { subnetIds, instanceClass, allocatedStorageGib, engineVersion, maintenanceWindow } = settings;
  return [
    ...when(subnetIds.length < 2, {
      field: 'subnetIds',
      must: 'must hold at least 2 subnets, in different zones',
      got: subnetIds,
      fix: 'give the private subnets',
    }),
    ...dmsInstanceClassProblems(instanceClass),
    ...when(!isStorage(allocatedStorageGib), {
      field: 'allocatedStorageGib',
      must: `must be an integer from ${DMS_STORAGE_GIB.min} to ${DMS_STORAGE_GIB.max} (GiB)`,
      got: allocatedStorageGib,
      fix: 'choose a value in that range',
    }),
    ...when(engineVersion !== undefined && !isRecent(engineVersion), {
      field: 'engineVersion',
      must: `must be a version of DMS from ${OLDEST_VERSION.join('.')}`,
      got: engineVersion,
      fix: 'run aws dms describe-orderable-replication-instances',
    }),
    ...(maintenanceWindow === undefined ? [] : weeklyWindowProblems('maintenanceWindow', maintenanceWindow)),
  ];
}

/** What is wrong with an instance class: a family or size that DMS does not have, or no longer. */
export function dmsInstanceClassProblems(instanceClass: string): Problem[] {
  const [, family = '', size = ''] = /^dms\.([a-z0-9]+)\.([a-z0-9]+)$/.exec(instanceClass) ?? [];
  const sizes = DMS_INSTANCE_SIZES.get(family);
  return when(sizes?.includes(size) !== true, {
    field: 'instanceClass',
    must:
      sizes === undefined
        ? 'must be an instance class of DMS, as dms.r5.xlarge'
        : `must be of a size that DMS offers for dms.${family}: ${sizes.join(', ')}`,
    got: instanceClass,
    fix: 'choose one that DMS offers in the region',
  });
}

const isStorage = (gib: number): boolean =>
  Token.isUnresolved(gib) || (Number.isInteger(gib) && gib >= DMS_STORAGE_GIB.min && gib <= DMS_STORAGE_GIB.max);

function isRecent(version: string): boolean {
  if (!/^\d+\.\d+\.\d+$/.test(version)) return false;
  const parts = version.split('.').map(Number);
  const different = OLDEST_VERSION.findIndex((oldest, index) => parts[index] !== oldest);
  return different === -1 || (parts[different] ?? 0) > (OLDEST_VERSION[different] ?? 0);
}
