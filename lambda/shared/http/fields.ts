/** An object of unknown content: an event before it is parsed. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

/** Whether a value is an object with fields. */
export const isRecord = (value: unknown): value is UnknownRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The error for an event that is none of its kind. It says what was expected, and never repeats what a client sent. */
export const malformed = (field: string, rule: string, value: unknown): TypeError =>
  new TypeError(`event.${field} must be ${rule}, got ${value === null ? 'null' : typeof value}`);

/** A field that must be a string. */
export function text(event: UnknownRecord, field: string, path: string = field): string {
  const value = event[field];
  if (typeof value !== 'string') throw malformed(path, 'a string', value);
  return value;
}

/** A field that maps names to strings, as a list of values each; a missing field is an empty map. */
export function values(event: UnknownRecord, field: string): (readonly [string, readonly string[]])[] {
  return entries(event, field).map(([name, value]) => {
    if (typeof value !== 'string') throw malformed(field, 'an object of strings', value);
    return [name, [value]];
  });
}

/** A field that maps names to lists of strings; a missing field is an empty map. */
export function valueLists(event: UnknownRecord, field: string): (readonly [string, readonly string[]])[] {
  return entries(event, field).map(([name, value]) => {
    if (!isStringList(value)) throw malformed(field, 'an object of lists of strings', value);
    return [name, value];
  });
}

/** Values by name, under the name that `nameOf` makes of each: where two become the same, the values of both, in order. */
export function byName(
  lists: readonly (readonly [string, readonly string[]])[],
  nameOf: (name: string) => string,
): Map<string, readonly string[]> {
  const merged = new Map<string, readonly string[]>();
  for (const [given, list] of lists) {
    const name = nameOf(given);
    merged.set(name, [...(merged.get(name) ?? []), ...list]);
  }
  return merged;
}

/** Header names mean the same in any case. */
export const lowerCase = (name: string): string => name.toLowerCase();

/** The bytes of the field `body`, which may be encoded in base64. */
export function body(event: UnknownRecord): Buffer | undefined {
  const encoded = event.body ?? '';
  if (typeof encoded !== 'string') throw malformed('body', 'a string', encoded);
  if (encoded === '') return undefined;
  return Buffer.from(encoded, event.isBase64Encoded === true ? 'base64' : 'utf8');
}

const isStringList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

function entries(event: UnknownRecord, field: string): [string, unknown][] {
  const value = event[field] ?? {};
  if (!isRecord(value)) throw malformed(field, 'an object', value);
  return Object.entries(value);
}
