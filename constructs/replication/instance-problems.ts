import { Token } from 'cdktf';
import type { Problem } from '../validation/problem';

/** What the rules of an instance look at. */
export interface InstanceSettings {
  readonly subnetIds: readonly string[];
  readonly instanceClass: string;
  readonly allocatedStorageGib: number;
  readonly engineVersion?: string;
  readonly maintenanceWindow?: string;
}

const INSTANCE_CLASS = /^dms\.(t3|c5|c6i|c7i|r5|r6i|r7i)\.(micro|small|medium|large|\d{0,2}xlarge)$/;
const DAY_TIME = '(mon|tue|wed|thu|fri|sat|sun):([01]\\d|2[0-3]):[0-5]\\d';
const WINDOW = new RegExp(`^${DAY_TIME}-${DAY_TIME}$`);

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
    ...when(!INSTANCE_CLASS.test(instanceClass), {
      field: 'instanceClass',
      must: 'must be a current class of DMS',
      got: instanceClass,
      fix: 'write it as dms.r5.xlarge',
    }),
    ...when(!isStorage(allocatedStorageGib), {
      field: 'allocatedStorageGib',
      must: 'must be an integer from 5 to 6144 (GiB)',
      got: allocatedStorageGib,
      fix: 'choose a value in that range',
    }),
    ...when(engineVersion !== undefined && !isRecent(engineVersion), {
      field: 'engineVersion',
      must: `must be a version of DMS from ${OLDEST_VERSION.join('.')}`,
      got: engineVersion,
      fix: 'run aws dms describe-orderable-replication-instances',
    }),
    ...when(maintenanceWindow !== undefined && !WINDOW.test(maintenanceWindow), {
      field: 'maintenanceWindow',
      must: 'must be a weekly window in UTC, ddd:hh:mm-ddd:hh:mm',
      got: maintenanceWindow,
      fix: 'write it as sun:05:30-sun:06:30',
    }),
  ];
}

const when = (isBroken: boolean, problem: Problem): Problem[] => (isBroken ? [problem] : []);

const isStorage = (gib: number): boolean =>
  Token.isUnresolved(gib) || (Number.isInteger(gib) && gib >= 5 && gib <= 6144);

function isRecent(version: string): boolean {
  if (!/^\d+\.\d+\.\d+$/.test(version)) return false;
  const parts = version.split('.').map(Number);
  const different = OLDEST_VERSION.findIndex((oldest, index) => parts[index] !== oldest);
  return different === -1 || (parts[different] ?? 0) > (OLDEST_VERSION[different] ?? 0);
}
