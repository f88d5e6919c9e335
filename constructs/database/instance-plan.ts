import type { AuroraCapacity } from './capacity';

/** One instance of the cluster. The writer is the instance that is created first; a failover makes a reader the writer. */
export interface InstancePlan {
  /** The construct id, and so part of the Terraform address. */
  readonly id: string;
  /** The identifier without the suffix. */
  readonly component: string;
  readonly instanceClass: string;
  /** The order of failover: the lowest tier first. Serverless readers of tier 0 and 1 scale with the writer. */
  readonly promotionTier: number;
  /** Undefined where AWS chooses. */
  readonly availabilityZone: string | undefined;
}

const SERVERLESS_CLASS = 'db.serverless';

/** The writer and the readers of a capacity, each under a name of its own: adding a reader touches no other. */
export function planInstances(capacity: AuroraCapacity, availabilityZones: readonly string[]): InstancePlan[] {
  const [writerClass, readerClass] =
    capacity.mode === 'serverless'
      ? [SERVERLESS_CLASS, SERVERLESS_CLASS]
      : [capacity.writerInstanceClass, capacity.readerInstanceClass];
  // The modulus of an empty list is NaN, and there is no such index.
  const zone = (index: number): string | undefined => availabilityZones[index % availabilityZones.length];
  return [
    {
      id: 'Writer',
      component: 'aurora-writer',
      instanceClass: writerClass,
      promotionTier: 0,
      availabilityZone: zone(0),
    },
    ...Array.from({ length: capacity.readerCount }, (_, index) => index + 1).map((number) => ({
      id: `Reader${number}`,
      component: `aurora-reader-${number}`,
      instanceClass: readerClass,
      promotionTier: number,
      availabilityZone: zone(number),
    })),
  ];
}
