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

const INSTANCE_CLASS = /^dms\.(t3|c5|c6i|c7i|r5|r6i|r7i)\.(micro|small|medium|large|\d{0,2}xlarge)$/;

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
export const dmsInstanceClassProblems = (instanceClass: string): Problem[] =>
  when(!INSTANCE_CLASS.test(instanceClass), {
    field: 'instanceClass',
    must: 'must be an instance class of DMS, as dms.r5.xlarge',
    got: instanceClass,
    fix: 'choose one that DMS offers in the region',
  });

const isStorage = (gib: number): boolean =>
  Token.isUnresolved(gib) || (Number.isInteger(gib) && gib >= DMS_STORAGE_GIB.min && gib <= DMS_STORAGE_GIB.max);

function isRecent(version: string): boolean {
  if (!/^\d+\.\d+\.\d+$/.test(version)) return false;
  const parts = version.split('.').map(Number);
  const different = OLDEST_VERSION.findIndex((oldest, index) => parts[index] !== oldest);
  return different === -1 || (parts[different] ?? 0) > (OLDEST_VERSION[different] ?? 0);
}
