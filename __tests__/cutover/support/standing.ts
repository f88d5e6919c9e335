import { expect } from '@jest/globals';
import type { Side } from '../../../lambda/shared/authority/authority';
import type { MachineWorld } from './machine-world';

const REST_MS = { dms: 120_000, native: 1_000 } as const;

/** How everything stands once replication has come to rest, in words that two worlds can be compared by. */
export function standing({ world, kind, weights }: MachineWorld) {
  world.pass(REST_MS[kind]);
  const { authority, epoch, frozenFrom, clearance } = world.item;
  const { 'on-prem': home, aurora } = world.databases;
  return {
    authority: frozenFrom === undefined ? authority : `${authority} from ${frozenFrom}`,
    epoch,
    writable: [home, aurora].filter(({ row }) => row.writable).map(({ side, row }) => `${side} at ${row.epoch}`),
    weights: `${weights.aws}/${weights['on-prem']}`,
    clearance: `${clearance?.minAwsWeight ?? 0} to ${clearance?.maxAwsWeight ?? 0}`,
    forward: world.links.forward.state,
    reverse: world.links.reverse.state,
    problems: [...world.links.forward.problems, ...world.links.reverse.problems],
  };
}

export type Standing = ReturnType<typeof standing>;

/** What must hold in every world, whatever happened in it. */
export function expectSound(machines: MachineWorld): void {
  const { world } = machines;
  expect(world.violations).toEqual([]);
  world.busy = false;
  world.pass(REST_MS[machines.kind]);
  world.busy = true;
  expect(missing(machines)).toEqual([]);
  const { authority } = world.item;
  const { parameter, item } = world;
  // The guard makes the parameter follow the item.
  if (item.clearance !== undefined && parameter.at === item.clearance.at) expect(parameter).toEqual(item.clearance);
  if (authority === 'aurora') expect(machines.weights).toEqual({ aws: 100, 'on-prem': 0 });
}

/** What a client has seen committed and is not on the side that has authority. */
function missing({ world }: MachineWorld): string[] {
  const { authority, frozenFrom } = world.item;
  const side: Side | undefined = authority === 'frozen' ? frozenFrom : authority;
  if (side === undefined) return ['nobody knows which side is complete'];
  return world.committed.filter(({ id }) => !world.databases[side].payments.has(id)).map(({ id }) => id);
}
