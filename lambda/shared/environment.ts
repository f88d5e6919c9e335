/** The variables a process was started with, as in `process.env`. */
export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment variables that a function cannot work without.
 * @param names the variables, all required
 * @param source where to read them
 * @returns their values by name, none of them empty
 * @throws Error that names every missing variable, not only the first
 */
export function readEnvironment<Name extends string>(
  names: readonly Name[],
  source: ProcessEnvironment,
): Readonly<Record<Name, string>> {
  const missing = names.filter((name) => (source[name] ?? '') === '');
  if (missing.length > 0) {
    throw new Error(`environment variables must be set and not empty, got nothing for ${missing.join(', ')}`);
  }
  return Object.fromEntries(names.map((name) => [name, source[name]])) as Record<Name, string>;
}
