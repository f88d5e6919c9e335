import type { Problem } from '../validation/problem';
import { type AuroraEngineMajor, parseEngineVersion } from './engine-version';
import { instanceClassProblems } from './instance-class';

/** Instances of fixed sizes. */
export interface ProvisionedCapacity {
  readonly mode: 'provisioned';
  /** The writer's class, for instance `db.r6g.xlarge`. */
  readonly writerInstanceClass: string;
  /** The readers' class. After a failover a reader is the writer: it must bear its load. */
  readonly readerInstanceClass: string;
  /** Readers, which are also the failover targets: 0 to 15. Without any, losing the writer's zone is an outage. */
  readonly readerCount: number;
}

/** Aurora Serverless v2: instances that grow and shrink between two limits. */
export interface ServerlessCapacity {
  readonly mode: 'serverless';
  /**
   * The capacity that an instance shrinks to, in ACUs (about 2 GiB of memory each): 0.5 to 256 in steps of 0.5. With 0 it
   * pauses while nothing is connected, which a running replication task prevents, and takes some 15 s to wake up.
   */
  readonly minAcu: number;
  /** The capacity that an instance grows to, in ACUs: 1 to 256 in steps of 0.5. */
  readonly maxAcu: number;
  /** Readers, which are also the failover targets: 0 to 15. */
  readonly readerCount: number;
}

export type AuroraCapacity = ProvisionedCapacity | ServerlessCapacity;

/** A cluster holds one writer and up to 15 Aurora replicas. */
export const MAX_READER_COUNT = 15;

/** The capacities that Serverless v2 has at all, in ACUs; each version of the engine has its own limits within. */
export const ACU_RANGE = { min: 0, max: 256 } as const;

/** Whether a number is one of Serverless v2's capacities between two limits. */
export const isAcu = (acu: number, lowest: number, highest: number): boolean =>
  acu >= lowest && acu <= highest && Number.isInteger(acu * 2);

/**
 * From which minor on a major offers Serverless v2 at all, up to 256 ACUs (128 before), and down to 0.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html#aurora-serverless-v2.how-it-works.capacity
 */
const SERVERLESS_MINORS: Readonly<
  Record<AuroraEngineMajor, { readonly offered: number; readonly upTo256: number; readonly downTo0: number }>
> = {
  14: { offered: 3, upTo256: 10, downTo0: 12 },
  15: { offered: 2, upTo256: 5, downTo0: 7 },
  16: { offered: 1, upTo256: 1, downTo0: 3 },
  17: { offered: 4, upTo256: 4, downTo0: 4 },
};

/** What is wrong with a number of readers. */
export function readerCountProblems(readerCount: number): Problem[] {
  if (Number.isInteger(readerCount) && readerCount >= 0 && readerCount <= MAX_READER_COUNT) return [];
  return [
    {
      field: 'capacity.readerCount',
      must: `must be an integer from 0 to ${MAX_READER_COUNT} (instances)`,
      got: readerCount,
      fix: 'choose a value in that range',
    },
  ];
}

/** What is wrong with the limits of Serverless v2 on an engine version. An invalid version is reported elsewhere. */
export function acuProblems(minAcu: number, maxAcu: number, engineVersion: string): Problem[] {
  const version = parseEngineVersion(engineVersion);
  if (version === undefined) return [];
  const { offered, upTo256, downTo0 } = SERVERLESS_MINORS[version.major];
  if (version.minor < offered) {
    return [
      {
        field: 'engineVersion',
        must: `must be at least ${version.major}.${offered} for Serverless v2`,
        got: engineVersion,
        fix: 'raise it, or choose provisioned capacity',
      },
    ];
  }
  const lowest = version.minor >= downTo0 ? ACU_RANGE.min : 0.5;
  const highest = version.minor >= upTo256 ? ACU_RANGE.max : 128;
  const limits = [acuProblem('minAcu', minAcu, lowest, highest), acuProblem('maxAcu', maxAcu, 1, highest)]
    .filter((problem) => problem !== undefined)
    .map((problem) => ({ ...problem, must: `${problem.must} on ${engineVersion}` }));
  if (limits.length > 0 || minAcu <= maxAcu) return limits;
  return [
    {
      field: 'capacity.maxAcu',
      must: `must be at least minAcu (${minAcu})`,
      got: maxAcu,
      fix: 'raise it, or lower minAcu',
    },
  ];
}

/** Everything that is wrong with a capacity. */
export function capacityProblems(capacity: AuroraCapacity, engineVersion: string): Problem[] {
  const readers = readerCountProblems(capacity.readerCount);
  if (capacity.mode === 'serverless') {
    return [...acuProblems(capacity.minAcu, capacity.maxAcu, engineVersion), ...readers];
  }
  return [
    ...instanceClassProblems('capacity.writerInstanceClass', capacity.writerInstanceClass),
    ...instanceClassProblems('capacity.readerInstanceClass', capacity.readerInstanceClass),
    ...readers,
  ];
}

function acuProblem(field: string, acu: number, lowest: number, highest: number): Problem | undefined {
  if (isAcu(acu, lowest, highest)) return undefined;
  return {
    field: `capacity.${field}`,
    must: `must be from ${lowest} to ${highest} in steps of 0.5 (ACUs)`,
    got: acu,
    fix: 'choose such a value',
  };
}
