/** A copy of a document with the value at a path (`A.b`) set, or removed with `undefined`. */
export function withValue<T extends object>(document: T, setting: string, value: unknown): T {
  const copy = structuredClone(document);
  const keys = setting.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce<Record<string, unknown>>(
    (at, key) => {
      at[key] ??= {};
      return at[key] as Record<string, unknown>;
    },
    copy as Record<string, unknown>,
  );
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}
