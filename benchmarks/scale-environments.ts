interface Named {
  readonly name: string;
}

/**
 * As many environments as asked for, made by copying in turn: the originals first, then copies whose names end in a number
 * and whose networks have another second octet.
 * @param count 1 or more
 * @throws Error when there is nothing to copy
 */
export function scaleEnvironments<Environment extends Named>(
  originals: readonly Environment[],
  count: number,
): Environment[] {
  return Array.from({ length: count }, (_item, index) => {
    const original = originals[index % originals.length];
    if (original === undefined) throw new Error('originals must have at least one environment, got none');
    return index < originals.length ? original : copy(original, index);
  });
}

/** Above the second octets that people write. */
const FIRST_SECOND_OCTET = 100;

function copy<Environment extends Named>(original: Environment, index: number): Environment {
  const text = JSON.stringify(original).replace(/"10\.\d+\./g, `"10.${FIRST_SECOND_OCTET + index}.`);
  return { ...(JSON.parse(text) as Environment), name: `${original.name}-${index}` };
}
