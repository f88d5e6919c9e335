import type { Environment } from '../environment';
import type { DeepPartial } from '../parse';
import type { Path, Problem } from '../problem';
import type { Account } from '../schema/account';

/** What a rule sees: an environment without its wrong parts, and its account where that exists. */
export interface Subject {
  readonly environment: DeepPartial<Environment>;
  readonly account: DeepPartial<Account> | undefined;
}

/** A rule between fields. It skips what is missing: the schema has reported that already. */
export type Rule = (subject: Subject) => readonly Problem[];

/** A problem with the value at a path. */
export function problem(path: Path, must: string, got: unknown, fix: string): Problem {
  return { path, must, got, fix };
}

/** The entries of an optional record whose values are there. */
export function present<V>(record: { readonly [key: string]: V | undefined } | undefined): [string, V][] {
  return Object.entries(record ?? {}).filter((entry): entry is [string, V] => entry[1] !== undefined);
}

/** The items of an optional list that are there, with their positions. */
export function items<V>(values: readonly (V | undefined)[] | undefined): [number, V][] {
  return (values ?? [])
    .map((value, index) => [index, value] as const)
    .filter((entry): entry is [number, V] => entry[1] !== undefined);
}

/** Every pair of two different items, in order. */
export function pairs<V>(values: readonly V[]): [V, V][] {
  return values.flatMap((first, index) => values.slice(index + 1).map((second): [V, V] => [first, second]));
}
