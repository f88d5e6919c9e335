import type { SchemaDifference } from '../report/model';

/** What both sides have, what one side has: by a name. */
export function pairByName<Item>(
  source: readonly Item[],
  target: readonly Item[],
  nameOf: (item: Item) => string,
): { readonly name: string; readonly source?: Item; readonly target?: Item }[] {
  const ofSource = new Map(source.map((item) => [nameOf(item), item]));
  const ofTarget = new Map(target.map((item) => [nameOf(item), item]));
  return [...new Set([...ofSource.keys(), ...ofTarget.keys()])].map((name) => ({
    name,
    source: ofSource.get(name),
    target: ofTarget.get(name),
  }));
}

/** Something with a name that may have been generated, and a text that says what it is, without the name. */
export interface Described {
  readonly name: string;
  readonly text: string;
}

/**
 * What differs between two lists whatever the names are: what has the same text is the same. Of what is left, those of one
 * name are one thing that differs.
 */
export function differByText(
  kind: string,
  owner: string,
  source: readonly Described[],
  target: readonly Described[],
): SchemaDifference[] {
  const restOfTarget = [...target];
  const restOfSource = source.filter(({ name, text }) => {
    const same = restOfTarget.filter((one) => one.text === text);
    const match = same.find((one) => one.name === name) ?? same[0];
    if (match === undefined) return true;
    restOfTarget.splice(restOfTarget.indexOf(match), 1);
    return false;
  });
  return pairByName(restOfSource, restOfTarget, ({ name }) => name).map(({ name, ...sides }) =>
    difference(kind, `${owner}.${name}`, sides.source?.text, sides.target?.text),
  );
}

/** What differs, from the texts of the sides; undefined: it is not there. */
export const difference = (kind: string, object: string, source?: string, target?: string): SchemaDifference => ({
  kind,
  object,
  ...(source === undefined ? {} : { source }),
  ...(target === undefined ? {} : { target }),
});

/** One difference when the texts differ, none when they are the same. */
export const differIfUnequal = (kind: string, object: string, source?: string, target?: string): SchemaDifference[] =>
  source === target ? [] : [difference(kind, object, source, target)];
