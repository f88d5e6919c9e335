import { type Catalog, type Sequence } from './catalog';
import { groupBy } from './scope';
import { tableText } from './selection';

/** A sequence of both sides, or of one that has no counterpart. */
export interface SequencePair {
  /** As the source names it, or else the target. */
  readonly schema: string;
  readonly name: string;
  readonly source?: Sequence;
  readonly target?: Sequence;
}

/**
 * Which sequence is which: of the same name; or, as generated names differ, of the same column, where that is all that tells
 * them apart on both sides.
 */
export function pairSequences(source: Catalog, target: Catalog): SequencePair[] {
  const byName = new Map(target.sequences.map((sequence) => [tableText(sequence), sequence]));
  const named = source.sequences.filter((sequence) => byName.has(tableText(sequence)));
  const ofSource = source.sequences.filter((sequence) => !named.includes(sequence));
  const sourceNames = new Set(source.sequences.map(tableText));
  const ofTarget = groupBy(
    target.sequences.filter((sequence) => !sourceNames.has(tableText(sequence))),
    columnText,
  );
  const taken = new Set<Sequence>();
  const pairs = ofSource.map((sequence): SequencePair => {
    const column = columnText(sequence);
    const found = column === undefined ? undefined : ofTarget.get(column)?.find((one) => !taken.has(one));
    if (found === undefined) return { ...nameOf(sequence), source: sequence };
    taken.add(found);
    return { ...nameOf(sequence), source: sequence, target: found };
  });
  return [
    ...named.map((sequence) => ({ ...nameOf(sequence), source: sequence, target: byName.get(tableText(sequence)) })),
    ...pairs,
    ...[...ofTarget.values()]
      .flat()
      .filter((sequence) => !taken.has(sequence))
      .map((sequence) => ({ ...nameOf(sequence), target: sequence })),
  ].sort((a, b) => (tableText(a) < tableText(b) ? -1 : 1));
}

const nameOf = ({ schema, name }: Sequence) => ({ schema, name });

const columnText = ({ column }: Sequence): string | undefined =>
  column === undefined ? undefined : JSON.stringify([column.schema, column.name, column.column]);
