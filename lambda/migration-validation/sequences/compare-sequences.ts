import type { Client } from 'pg';
import type { Catalog, Feed, Sequence } from '../catalog/catalog';
import { pairSequences, type SequencePair } from '../catalog/pair-sequences';
import { tableText } from '../catalog/selection';
import type { SequenceResult } from '../report/model';
import type { Pair } from '../rows/chunk';
import { judge } from './judge';
import { readFurthest, type Reading, readState, type SequenceState, setvalStatement } from './read-state';

export interface SequenceComparisonOptions {
  /** How many values the plan leaves unused beyond the furthest one, from 0. @default 0 */
  readonly gap?: bigint;
}

/**
 * Compares where sequences stand: whether what the target gives next is beyond everything in use on both sides and not
 * behind the source. A target may be further on. What is not safe gets the statement that makes it safe, to be run on the
 * target when nothing is written on either side any more.
 * @param pair connections; in a transaction of the caller, or not
 * @throws Error when the gap is below 0
 */
export async function compareSequences(
  pair: Pair,
  source: Catalog,
  target: Catalog,
  { gap = 0n }: SequenceComparisonOptions = {},
): Promise<SequenceResult[]> {
  if (gap < 0n) throw new Error(`gap must be a number of values from 0, got ${gap}`);
  const results: SequenceResult[] = [];
  // One after the other: a connection does one thing at a time.
  for (const sequences of pairSequences(source, target)) results.push(await compareSequence(pair, sequences, gap));
  return results;
}

async function compareSequence(pair: Pair, sequences: SequencePair, gap: bigint): Promise<SequenceResult> {
  const feeds = feedsOf(sequences);
  const [first] = feeds;
  const [source, target] = await Promise.all([
    stateOf(pair.source, sequences.source),
    stateOf(pair.target, sequences.target),
  ]);
  const descending = (sequences.target ?? sequences.source)?.increment.startsWith('-') === true;
  const used = await usedOf(pair, feeds, descending);
  const result = {
    ...{ schema: sequences.schema, name: sequences.name },
    ...(first === undefined ? {} : { column: `${tableText(first)}.${first.column}` }),
    ...{ source: lastText(source), target: lastText(target) },
    used: 'value' in used && used.value !== null ? `${used.value}` : null,
  };
  if (sequences.target === undefined) {
    return { ...result, verdict: 'different', problem: 'the target has no such sequence' };
  }
  const unreadable = [
    ...problemOf('the sequence of the source cannot be read', source),
    ...problemOf('the sequence of the target cannot be read', target),
    ...('problem' in used ? [used.problem] : []),
  ];
  if (unreadable.length > 0 || target === undefined || 'problem' in target || 'problem' in used) {
    return { ...result, verdict: 'unknown', problem: unreadable.join('; ') };
  }
  const { safe, setTo, problem } = judge({
    definition: { ...(sequences.source === undefined ? {} : { source: sequences.source }), target: sequences.target },
    ...(source !== undefined && 'value' in source ? { source: source.value } : {}),
    target: target.value,
    used: used.value,
    gap,
  });
  // What such a column holds cannot be told from the values of a sequence: the plan is what is needed at least.
  const untold = feeds
    .filter(({ plain }) => !plain)
    .map((feed) => `${tableText(feed)}.${feed.column} takes its values by an expression: what it holds tells nothing`);
  const alone = sequences.source === undefined ? ['the source has no such sequence'] : [];
  const reasons = [...untold, ...alone, ...(problem === undefined ? [] : [problem])];
  return {
    ...result,
    verdict: untold.length > 0 ? 'unknown' : safe && alone.length === 0 ? 'equal' : 'different',
    ...(reasons.length === 0 ? {} : { problem: reasons.join('; ') }),
    ...(setTo === undefined ? {} : { setval: setvalStatement(sequences.target, setTo) }),
  };
}

/** Every column that gets values from the sequence on either side. */
function feedsOf({ source, target }: SequencePair): Feed[] {
  const feedsOn = (sequence: Sequence | undefined): readonly Feed[] =>
    sequence?.feeds ?? (sequence?.column === undefined ? [] : [{ ...sequence.column, plain: true }]);
  const all = [...feedsOn(source), ...feedsOn(target)];
  const idOf = (feed: Feed): string => JSON.stringify([feed.schema, feed.name, feed.column]);
  // A column that takes its values by an expression on one side counts as one that does.
  const expressions = new Set(all.filter(({ plain }) => !plain).map(idOf));
  return [...new Map(all.map((feed) => [idOf(feed), { ...feed, plain: !expressions.has(idOf(feed)) }])).values()];
}

const stateOf = (client: Client, sequence: Sequence | undefined): Promise<Reading<SequenceState>> | undefined =>
  sequence === undefined ? undefined : readState(client, sequence);

/** The furthest value of all columns on both sides; a reason as soon as one of them cannot be read. */
async function usedOf(pair: Pair, feeds: readonly Feed[], descending: boolean): Promise<Reading<bigint | null>> {
  let far: bigint | null = null;
  const problems: string[] = [];
  for (const feed of feeds.filter(({ plain }) => plain)) {
    const readings = await Promise.all(
      (['source', 'target'] as const).map(async (side) => ({
        side,
        reading: await readFurthest(pair[side], feed, descending),
      })),
    );
    for (const { side, reading } of readings) {
      if ('problem' in reading) problems.push(`${tableText(feed)}.${feed.column} of the ${side}: ${reading.problem}`);
      else if (reading.value !== null && (far === null || (descending ? reading.value < far : reading.value > far))) {
        far = reading.value;
      }
    }
  }
  return problems.length > 0 ? { problem: problems.join('; ') } : { value: far };
}

const lastText = (state: Reading<SequenceState> | undefined): string | null =>
  state !== undefined && 'value' in state && state.value.isCalled ? `${state.value.value}` : null;

const problemOf = (what: string, state: Reading<SequenceState> | undefined): string[] =>
  state !== undefined && 'problem' in state ? [`${what}: ${state.problem}`] : [];
