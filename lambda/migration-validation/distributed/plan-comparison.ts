import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ExplainedError } from '../../shared/runtime/error-fields';
import { differentEncodings, pairTables } from '../comparison/table-pairs';
import type { ComparisonParts } from '../comparison/parts';
import type { Baseline } from '../delta/baseline-model';
import type { ComparisonRequest } from '../request';
import type { Chunk, KeyValues, Pair, TablePlan } from '../rows/chunk';
import type { Deadline } from './deadline';
import { type Cursor, type Header, keysOf, type PlannedChunk, type PlanPart } from './files';
import { readChunkNumbers, readHeader, readPart } from './read-files';
import type { ResultStore } from './result-store';

/** What planning needs of the other parts of a comparison. */
export interface PlanningParts extends Pick<ComparisonParts, 'readCatalog' | 'planTable' | 'readServerIdentity'> {
  readonly takeBaseline: (pair: Pair) => Promise<Baseline>;
  readonly hashingProblem: (pair: Pair) => Promise<string | undefined>;
  readonly rangeChunks: (
    client: Pair['source'],
    plan: TablePlan,
    chunkRows: number,
    start?: KeyValues,
  ) => AsyncIterable<Chunk>;
  readonly partitionChunks: (plan: TablePlan) => readonly Chunk[];
}

export interface PlanningDependencies {
  readonly store: ResultStore;
  readonly parts: PlanningParts;
  /** Over sessions that end with the planning. */
  readonly withPair: <Result>(work: (pair: Pair) => Promise<Result>) => Promise<Result>;
  readonly deadline: Deadline;
  /** @default the clock */
  readonly now?: () => Date;
}

/** What the state machine is told. */
export interface PlanProgress {
  readonly finished: boolean;
  /** How many parts of the plan there are. */
  readonly parts: number;
  /** How many chunks there are; 0 while the plan is not finished. */
  readonly chunks: number;
  /** The list of all chunks, for the map. */
  readonly chunksKey: string;
}

/** Chunks in one part: few objects, and little to read for a batch. */
const CHUNKS_IN_PART = 500;
/** A part ends after this time, in milliseconds, so that a walk along a large index leaves something behind. */
const PART_MS = 60_000;
/** Planning hands over while this share of the invocation's time is left: the next step along an index may be slow. */
const HAND_OVER_MS = 300_000;

/**
 * Cuts the tables of a comparison into chunks, for as long as an invocation may. The first call decides what is compared and
 * how; every call goes on after the last part that there is. A part is written once: of two calls with the same number, the
 * second takes what the first wrote, so that ranges join whatever is repeated.
 * @throws ExplainedError when there is another comparison of this name
 */
export async function planComparison(
  { id, request, parts }: { readonly id: string; readonly request: ComparisonRequest; readonly parts: number },
  deps: PlanningDependencies,
): Promise<PlanProgress> {
  const keys = keysOf(id);
  const progress = { parts, chunks: 0, chunksKey: keys.chunks };
  return deps.withPair(async (pair) => {
    const header = await headerOf(id, request, pair, deps);
    let next: Cursor | undefined = header.plans.length === 0 ? undefined : { table: 0 };
    if (parts > 0) next = (await readPart(deps.store, id, parts - 1)).next;
    let written = parts;
    while (next !== undefined) {
      if (written > parts && deps.deadline.leftMs < HAND_OVER_MS) {
        return { ...progress, parts: written, finished: false };
      }
      const part = await cutPart(header, next, pair, deps);
      const created = await deps.store.create(keys.part(written), part);
      next = created ? part.next : (await readPart(deps.store, id, written)).next;
      written += 1;
    }
    const numbers = await readChunkNumbers(deps.store, id, written);
    await deps.store.write(keys.chunks, numbers);
    return { ...progress, parts: written, finished: true, chunks: numbers.length };
  });
}

async function headerOf(
  id: string,
  request: ComparisonRequest,
  pair: Pair,
  { store, parts, now = () => new Date() }: PlanningDependencies,
): Promise<Header> {
  const known = (await readHeader(store, id)) ?? (await write());
  if (isDeepStrictEqual(known.request, request)) return known;
  throw new ExplainedError(`the comparison ${id} exists with another request; start one of another name`);

  async function write(): Promise<Header> {
    // Before anything is read: what comes later is not in it.
    const baseline = await parts.takeBaseline(pair);
    const header: Header = {
      formatVersion: 1,
      request,
      seed: randomBytes(8).readBigInt64BE().toString(),
      startedAt: now().toISOString(),
      baseline,
      ...(await plansOf(request, pair, parts)),
    };
    if (await store.create(keysOf(id).header, header)) return header;
    const first = await readHeader(store, id);
    if (first === undefined) throw new Error('the comparison must be there: another call has just written it');
    return first;
  }
}

async function plansOf(
  { schemas, excludeTables }: ComparisonRequest,
  pair: Pair,
  parts: PlanningParts,
): Promise<Pick<Header, 'plans' | 'problem'>> {
  const { source, target } = pair;
  const problem =
    differentEncodings({
      source: await parts.readServerIdentity(source, source.host, source.port),
      target: await parts.readServerIdentity(target, target.host, target.port),
    }) ?? (await parts.hashingProblem(pair));
  if (problem !== undefined) return { plans: [], problem };
  const selection = { schemas, excludeTables };
  const [one, other] = [await parts.readCatalog(source, selection), await parts.readCatalog(target, selection)];
  const plans = pairTables(one.tables, other.tables).flatMap(({ source: left, target: right }) => {
    // What only one side has, and what cannot be planned, the summary finds itself.
    if (left === undefined || right === undefined) return [];
    const planned = parts.planTable(left, right);
    return 'plan' in planned ? [mutable(planned.plan)] : [];
  });
  return { plans };
}

const mutable = ({ columns, key, rangeKey, ...plan }: TablePlan): Header['plans'][number] => ({
  ...plan,
  columns: [...columns],
  key: [...key],
  ...(rangeKey === undefined ? {} : { rangeKey: [...rangeKey] }),
});

/** Cuts from a place on until the part is large enough, or took long enough. */
async function cutPart(
  { plans, request }: Header,
  from: Cursor,
  { source }: Pair,
  { parts, deadline }: PlanningDependencies,
): Promise<PlanPart> {
  const chunks: PlannedChunk[] = [];
  const startedWith = deadline.leftMs;
  for (let table = from.table; table < plans.length; table += 1) {
    const plan = plans[table];
    if (plan === undefined) break;
    const start = table === from.table ? from.after : undefined;
    for await (const chunk of chunksOf(plan, start)) {
      chunks.push({ table, chunk: plainChunk(chunk) });
      const full = chunks.length >= CHUNKS_IN_PART || startedWith - deadline.leftMs >= PART_MS;
      // Partitions of one table stay together: they are few.
      if (full && chunk.kind === 'range' && chunk.upTo !== undefined) {
        return { chunks, next: { table, after: [...chunk.upTo] } };
      }
    }
    if (chunks.length >= CHUNKS_IN_PART && table + 1 < plans.length) return { chunks, next: { table: table + 1 } };
  }
  return { chunks };

  async function* chunksOf(plan: TablePlan, start: KeyValues | undefined): AsyncGenerator<Chunk> {
    if (plan.rangeKey === undefined) yield* parts.partitionChunks(plan);
    else yield* parts.rangeChunks(source, plan, request.rowsPerChunk, start);
  }
}

const plainChunk = (chunk: Chunk): PlannedChunk['chunk'] =>
  chunk.kind === 'partition'
    ? chunk
    : {
        kind: 'range',
        ...(chunk.after === undefined ? {} : { after: [...chunk.after] }),
        ...(chunk.upTo === undefined ? {} : { upTo: [...chunk.upTo] }),
      };
