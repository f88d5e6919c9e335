/**
 * Part of a document as text that is equal whenever the meaning is: AWS hands documents back with other white space and
 * order, and a list of one may come back as its element.
 */
export function canonical(document: unknown): string {
  return JSON.stringify(normalize(document));
}

/** A policy as comparable texts: its version and each statement. Their order means nothing. */
export function policyItems(policy: string): readonly string[] {
  const { Version, Statement } = JSON.parse(policy) as { readonly Version?: unknown; readonly Statement?: unknown };
  const statements: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement];
  return [{ Version }, ...statements].map(canonical);
}

function normalize(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(normalize);
    if (items.length === 1) return items[0];
    return items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  // {"AWS": "*"} and "*" are the same principal.
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && only[0] === 'AWS' && only[1] === '*') return '*';
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, normalize(item)]));
}
