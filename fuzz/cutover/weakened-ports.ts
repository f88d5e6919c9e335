import type { MigrationAuthority } from '../../lambda/shared/authority/migration-authority';
import type { Fence } from '../../lambda/shared/fence/fence';
import { ENDS, type Replication } from '../../lambda/shared/replication/replication';
import type { Clock } from '../../lambda/shared/runtime/clock';
import type { ClearanceParameter } from '../../lambda/shared/traffic/clearance';
import type { Traffic } from '../../lambda/shared/traffic/traffic';
import { lsnText } from '../../__tests__/lambda/migration-steps/support/world';
import type { ModelWorld } from './model-world';

export interface Weakenable {
  readonly authority: MigrationAuthority;
  readonly fence: Fence;
  readonly replication: Replication;
  readonly traffic: Traffic;
  readonly parameter: ClearanceParameter;
  readonly clock: Clock;
}

/** The same object, with some of its methods replaced. */
const replacing = <Port extends object>(port: Port, methods: Partial<Port>): Port =>
  new Proxy(port, {
    get(target, name) {
      const own = (methods as Record<PropertyKey, unknown>)[name];
      const member: unknown = own ?? Reflect.get(target, name);
      return typeof member === 'function' && own === undefined ? (member.bind(target) as unknown) : member;
    },
  });

/** The ports of a world, without the guards that it does without. */
export function weakened(world: ModelWorld, ports: Weakenable): Weakenable {
  const { weak } = world;
  if (weak.size === 0) return ports;
  return {
    ...ports,
    authority: authorityOf(world, ports),
    fence: fenceOf(world, ports),
    replication: replicationOf(world, ports),
  };
}

function authorityOf({ weak }: ModelWorld, { authority }: Weakenable): MigrationAuthority {
  return replacing(authority, {
    ...(weak.has('the lease is not taken over') ? { takeOver: (execution) => authority.acquire(execution) } : {}),
    ...(weak.has('weights are not required')
      ? {
          setClearance: (executor, clearance) => authority.setClearance(executor, { ...clearance, minAwsWeight: 0 }),
        }
      : {}),
  });
}

function fenceOf(world: ModelWorld, { fence }: Weakenable): Fence {
  const { weak, databases } = world;
  return replacing(fence, {
    ...(weak.has('rows obey anyone')
      ? {
          open: (side, _token, epoch) => {
            databases[side].row = { side, epoch: Math.max(epoch, databases[side].row.epoch), writable: true };
            world.check();
            return Promise.resolve();
          },
        }
      : {}),
    ...(weak.has('closing is not proved')
      ? {
          close: async (side) => Promise.resolve({ lsn: lsnText(databases[side].wal.length), terminatedSessions: 0 }),
          proveClosed: () => Promise.resolve(),
        }
      : {}),
    ...(lies(world) || weak.has('the way back is not armed')
      ? {
          seesMarker: (side, marker, epoch) =>
            ENDS[marker].target === side && (lies(world) || marker === 'reverse')
              ? Promise.resolve(true)
              : fence.seesMarker(side, marker, epoch),
        }
      : {}),
    ...(weak.has('late writers are spared')
      ? {
          close: async (side, token, options) => {
            const inFlight = [...databases[side].open];
            const closed = await fence.close(side, token, { ...options, graceMs: 0 });
            for (const id of inFlight) databases[side].open.add(id);
            return closed;
          },
        }
      : {}),
    ...(weak.has('replication is not kept out')
      ? {
          admitReplication: (side, token, admitted) =>
            admitted ? fence.admitReplication(side, token, true) : Promise.resolve(),
        }
      : {}),
  });
}

/** Whether everything says that what was committed has arrived. */
export const lies = ({ weak }: Pick<ModelWorld, 'weak'>): boolean =>
  weak.has('the drain is not awaited') || weak.has('closing is not proved');

function replicationOf(world: ModelWorld, { replication }: Weakenable): Replication {
  const pretends = world.weak.has('the way back is not armed');
  if (!pretends && !lies(world)) return replication;
  return replacing(replication, {
    ...(pretends
      ? {
          startFrom: async (direction, position) => {
            if (direction === 'forward') return replication.startFrom(direction, position);
            world.pretendsReverse = true;
          },
        }
      : {}),
    status: async (direction) => {
      const status = await replication.status(direction);
      if (lies(world)) return { ...status, confirmedLsn: 'FFFFFFFF/FFFFFFFF' };
      return direction === 'reverse' && world.pretendsReverse ? { ...status, state: 'running' } : status;
    },
    stop: (direction) => {
      if (direction === 'reverse') world.pretendsReverse = false;
      return replication.stop(direction);
    },
  });
}
