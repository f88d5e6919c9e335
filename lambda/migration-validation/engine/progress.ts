import type { TableResult } from '../report/model';
import type { Chunk, DifferenceCounts, KeyValues, TablePlan } from '../rows/chunk';
import type { WalkBegin } from './moved-keys';
import { addCounts } from './outcome';
import type { Slice } from './slices';
import type { Entry, PartEntry } from './state';

/** A part of a table that is to be compared: its number, and the last of those that it stands for. */
export interface Numbered<T> {
  readonly from: number;
  readonly to: number;
  readonly part: T;
}

type RangeChunk = Extract<Chunk, { kind: 'range' }>;

/** Which numbers are done. Holds those only that are ahead of an undone one. */
class Done {
  /** All before this are done. */
  next = 0;
  private last: PartEntry | undefined;
  private readonly ahead = new Map<number, PartEntry>();

  /** @throws Error when the part is there already, or its range does not begin where the one before it ends */
  add(entry: PartEntry): void {
    if (this.has(entry.from)) throw new Error(`part ${entry.from} of ${entry.table} is there twice`);
    this.ahead.set(entry.from, entry);
    for (let one = this.ahead.get(this.next); one !== undefined; one = this.ahead.get(this.next)) {
      this.ahead.delete(this.next);
      requireNext(this.last, one);
      this.next = one.to + 1;
      this.last = one;
    }
  }

  has(number: number): boolean {
    return number < this.next || this.ahead.has(number);
  }

  /** What lies between those that are done, and from where on nothing is: undefined when the last one is done. */
  ranges(): {
    readonly gaps: Numbered<RangeChunk>[];
    readonly open?: { readonly from: number; readonly after?: KeyValues };
  } {
    const gaps: Numbered<RangeChunk>[] = [];
    let from = this.next;
    let end = this.last;
    for (const entry of [...this.ahead.values()].sort((a, b) => a.from - b.from)) {
      if (entry.from > from) {
        const part = { kind: 'range' as const, after: upTo(end), upTo: after(entry) };
        gaps.push({ from, to: entry.from - 1, part });
      } else requireNext(end, entry);
      from = entry.to + 1;
      end = entry;
    }
    if (end !== undefined && upTo(end) === undefined) return { gaps };
    return { gaps, open: { from, after: upTo(end) } };
  }
}

const upTo = (entry: PartEntry | undefined): KeyValues | undefined =>
  entry?.part.kind === 'range' ? entry.part.upTo : undefined;
const after = (entry: PartEntry): KeyValues | undefined => (entry.part.kind === 'range' ? entry.part.after : undefined);

/** Parts that do not fit were cut by different runs: rows between them would be nobody's. */
function requireNext(before: PartEntry | undefined, entry: PartEntry): void {
  if (entry.part.kind !== 'range' || JSON.stringify(upTo(before)) === JSON.stringify(after(entry))) return;
  throw new Error(`part ${entry.from} of ${entry.table} does not begin where the one before it ends`);
}

/** Beyond so many, rows that moved between chunks may be counted in both. */
const MAX_MOVED = 100_000;

/** What is known of a table so far: from this run, or from an earlier one that it goes on with. */
export class TableProgress {
  /** What was compared to its end by an earlier run. */
  result: TableResult | undefined;
  rangeKey: readonly string[] | undefined;
  begun = false;
  /** How the source stood then, where the table is walked along while it is written to. */
  walk: WalkBegin | undefined;
  chunks = new Done();
  slices = new Done();
  sliced: Pick<Slice, 'of' | 'pages'> | undefined;
  partitions: number | undefined;
  parts = 0;
  rows = { source: 0, target: 0 };
  /** Over all slices. */
  sums = { source: 0n, target: 0n };
  counts: DifferenceCounts = { missingOnTarget: 0, missingOnSource: 0, changed: 0 };
  rechecked = 0;
  private listed: Pick<PartEntry, 'from' | 'differences'>[] = [];
  private readonly moved = new Set<string>();

  constructor(
    readonly plan: TablePlan,
    private readonly maxDifferences: number,
  ) {}

  /** The first differences, in the order of the chunks, whichever was done first. */
  get differences(): PartEntry['differences'] {
    return this.listed.flatMap(({ differences }) => differences).slice(0, this.maxDifferences);
  }

  reset(): void {
    const anew = new TableProgress(this.plan, this.maxDifferences);
    this.moved.clear();
    const { result, rangeKey, begun, walk, chunks, slices, sliced, partitions, parts, rows, sums, counts, rechecked } =
      anew;
    Object.assign(this, {
      result,
      rangeKey,
      begun,
      walk,
      chunks,
      slices,
      sliced,
      partitions,
      parts,
      rows,
      sums,
      counts,
      rechecked,
    });
    this.listed = [];
  }

  add(entry: Entry): void {
    if (entry.kind === 'begin') {
      this.reset();
      this.begun = true;
      this.rangeKey = entry.rangeKey;
      this.walk = entry.walk;
    } else if (entry.kind === 'done') {
      this.result = entry.result;
    } else {
      this.addPart(entry);
    }
  }

  /** @returns what is new in it, and worth keeping: without rows that another part told of, and without those beyond the limit */
  addPart(entry: PartEntry): PartEntry {
    const known = (entry.moved ?? []).filter((key) => this.moved.has(key)).length;
    for (const key of entry.moved ?? []) if (this.moved.size < MAX_MOVED) this.moved.add(key);
    const counts = { ...entry.counts, changed: entry.counts.changed - known };
    this.counts = addCounts(this.counts, counts);
    this.parts += 1;
    this.rechecked += entry.rechecked ? 1 : 0;
    const { part } = entry;
    if (part.kind === 'slice') {
      this.slices.add(entry);
      this.sliced = { of: part.of, pages: part.pages };
      this.sums.source += BigInt(entry.sums?.source ?? 0);
      this.sums.target += BigInt(entry.sums?.target ?? 0);
    } else {
      this.chunks.add(entry);
      if (part.kind === 'partition') this.partitions = part.of;
    }
    // The slices have counted them already.
    if (part.kind === 'slice' || this.sliced === undefined) {
      this.rows.source += entry.rows.source;
      this.rows.target += entry.rows.target;
    }
    return { ...entry, differences: this.list(entry) };
  }

  private list({ from, differences }: PartEntry): PartEntry['differences'] {
    if (differences.length === 0) return [];
    const one = { from, differences };
    this.listed = [...this.listed, one].sort((a, b) => a.from - b.from);
    let count = 0;
    this.listed = this.listed.filter((each) => {
      const wanted = count < this.maxDifferences;
      count += each.differences.length;
      return wanted;
    });
    return this.listed.includes(one) ? differences : [];
  }
}
