import type { Attributes, Json, ResourceChange } from './plan';

/**
 * The paths of what a change makes different, for instance `weighted_routing_policy[0].weight`; what is not known before
 * the apply counts as different. No path leads into a sensitive value, so that not even the names of its parts are told.
 */
export function changedPaths(change: ResourceChange): string[] {
  const { before = {}, after = {}, unknown, sensitive } = change;
  return [...new Set([...Object.keys(before), ...Object.keys(after), ...keysOf(unknown)])].sort().flatMap((key) =>
    compare(key, {
      before: before[key],
      after: after[key],
      unknown: at(unknown, key),
      sensitive: down(sensitive, key),
    }),
  );
}

/** The attributes (the first step of each path) that a change makes different. */
export const changedAttributes = (change: ResourceChange): string[] => [
  ...new Set(changedPaths(change).map((path) => /^[^.[]+/.exec(path)?.[0] ?? path)),
];

interface Sides {
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly unknown: Json | undefined;
  readonly sensitive: readonly (Json | undefined)[];
}

function compare(path: string, { before, after, unknown, sensitive }: Sides): string[] {
  if (unknown === true) return [path];
  if (isEmpty(before) && isEmpty(after) && !holdsUnknown(unknown)) return [];
  const bothObjects = isObject(before) && isObject(after);
  const bothLists = Array.isArray(before) && Array.isArray(after) && before.length === after.length;
  if (sensitive.includes(true) || !(bothObjects || bothLists)) {
    return JSON.stringify(before) === JSON.stringify(after) && !holdsUnknown(unknown) ? [] : [path];
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after), ...keysOf(unknown)])];
  return keys.flatMap((key) =>
    compare(bothLists ? `${path}[${key}]` : `${path}.${key}`, {
      before: at(before, key),
      after: at(after, key),
      unknown: at(unknown, key),
      sensitive: down(sensitive, key),
    }),
  );
}

/** Providers plan nothing, an empty list and an empty map for the same. */
const isEmpty = (value: Json | undefined): boolean =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);

const isObject = (value: Json | undefined): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const keysOf = (value: Json | undefined): string[] =>
  typeof value === 'object' && value !== null ? Object.keys(value).filter((key) => holdsUnknown(at(value, key))) : [];

const holdsUnknown = (value: Json | undefined): boolean => value === true || keysOf(value).length > 0;

/** The part of a value; undefined where there is none. */
export function at(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, key) ? (value as Attributes)[key] : undefined;
}

/** A value that is sensitive as a whole is so in its parts. */
const down = (sensitive: readonly (Json | undefined)[], key: string): readonly (Json | undefined)[] =>
  sensitive.map((each) => (each === true ? true : at(each, key)));
