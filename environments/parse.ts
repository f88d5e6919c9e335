import type * as z from 'zod';
import type { Path, Problem } from './problem';
import { brokenRule } from './schema/primitives';

/** A value in which any part may be missing: what rules between fields have to work with when some fields are wrong. */
export type DeepPartial<T> = T extends readonly (infer E)[]
  ? readonly (DeepPartial<E> | undefined)[]
  : T extends object
    ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
    : T;

/** What a schema made of a value. */
export interface Parsed<T> {
  /** The value with every default filled in; undefined when anything is wrong with it. */
  readonly value: T | undefined;
  /** The value without its wrong parts, so that rules between the others can still be checked. */
  readonly validParts: DeepPartial<T>;
  readonly problems: readonly Problem[];
}

/** Checks a value against a schema and reports everything that is wrong, without stopping at the first problem. */
export function parse<S extends z.ZodType>(schema: S, raw: unknown): Parsed<z.output<S>> {
  let seen: unknown;
  // `when` makes the refinement run although other issues were found: it sees what the schema could make of the value.
  const result = schema
    .refine(
      (value) => {
        seen = value;
        return true;
      },
      { when: () => true },
    )
    .safeParse(raw);
  if (result.success) {
    return { value: result.data, validParts: result.data as DeepPartial<z.output<S>>, problems: [] };
  }
  const { issues } = result.error;
  const parts = clone(seen ?? {});
  issues.filter(({ code }) => code !== 'unrecognized_keys').forEach(({ path }) => remove(parts, path as Path));
  return {
    value: undefined,
    validParts: parts as DeepPartial<z.output<S>>,
    problems: issues.flatMap((issue) => problemsOf(issue, raw)),
  };
}

function problemsOf(issue: z.core.$ZodIssue, raw: unknown): Problem[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') {
    const [must = '', ...fixes] = issue.message.split('\n');
    return issue.keys.map((key, index) => ({
      path: [...path, key],
      must,
      got: valueAt(raw, [...path, key]),
      fix: fixes[index] ?? 'remove it',
    }));
  }
  return [{ path, got: valueAt(raw, path), ...brokenRule(issue.message) }];
}

const isContainer = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null;

const valueAt = (root: unknown, path: Path): unknown =>
  path.reduce<unknown>((value, step) => (isContainer(value) ? value[step] : undefined), root);

// Values are plain data from a TypeScript file; a function or symbol in it is a wrong part and is removed anyway.
// So is what holds itself, which has no end.
function clone(value: unknown, above: readonly unknown[] = []): unknown {
  if (!isContainer(value)) return value;
  if (above.includes(value)) return undefined;
  const inside = [...above, value];
  if (Array.isArray(value)) return value.map((item) => clone(item, inside));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clone(item, inside)]));
}

function remove(root: unknown, path: Path): void {
  const parent = valueAt(root, path.slice(0, -1));
  const last = path.at(-1);
  // Set, not deleted: positions in a list stay what they are.
  if (isContainer(parent) && last !== undefined) parent[last] = undefined;
}
