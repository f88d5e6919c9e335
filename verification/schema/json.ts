/** A JSON object, as Terraform JSON is read back. */
export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value as an object; empty when it is none. */
export const objectOf = (value: unknown): Json => (isObject(value) ? value : {});

/** The value as a list: a list as it is, nothing for null and undefined, else a list of one. */
export const listOf = (value: unknown): readonly unknown[] => {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
};
