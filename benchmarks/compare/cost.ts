/** What was measured, for payments of the benchmark's table, one connection to each side. */
export interface Rates {
  /** Bytes of a row in the heap. */
  readonly bytesPerRow: number;
  /** Rows a second that one connection hashes: CPU of the server, all pages in memory. */
  readonly rowsPerSecond: number;
  /** Rows a second that one connection walks along an index for the boundaries of ranges. */
  readonly walkedRowsPerSecond: number;
}

/** What a server can read beside its work, and what AWS asks for. */
export interface Environment {
  /** MiB a second that one connection reads from storage in the order of the table. */
  readonly sequentialMibPerSecond: number;
  /** Pages of 8 KiB a second that one connection reads at random. */
  readonly randomPagesPerSecond: number;
  readonly lambdaUsdPerGibSecond: number;
  readonly lambdaUsdPerMillionRequests: number;
  readonly stateTransitionUsdPerThousand: number;
  readonly s3PutUsdPerThousand: number;
  readonly s3GetUsdPerThousand: number;
  /** USD for a million requests to Aurora's storage; 0 with I/O-Optimized. */
  readonly auroraIoUsdPerMillion: number;
}

export interface Settings {
  readonly maxConcurrency: number;
  readonly rowsPerChunk: number;
  readonly chunksPerBatch: number;
  readonly memoryGib: number;
}

/**
 * How chunks lie in the table.
 * - `ordered`: ranges of an index whose order is the table's.
 * - `random`: ranges of a random key: each row is a page of its own.
 * - `partitions`: parts by hash: each is a scan of the whole table.
 */
export type Layout = 'ordered' | 'random' | 'partitions';

export interface Cost {
  readonly rows: number;
  readonly chunks: number;
  readonly batches: number;
  /** Until the last chunk is cut, in seconds: one connection, along an index. */
  readonly planSeconds: number;
  readonly compareSeconds: number;
  /** Of one batch: it must be well below Lambda's 900. */
  readonly batchSeconds: number;
  /** Read from storage on each side, in GiB, if nothing is in memory. */
  readonly readGib: number;
  readonly lambdaUsd: number;
  readonly stepFunctionsUsd: number;
  readonly s3Usd: number;
  readonly auroraIoUsd: number;
}

const PAGE_BYTES = 8192;
const MAX_PARTITIONS = 64;
const ROWS_IN_PARTITION = 2_000_000;
/** Transitions of a child: its start, its step, its end. The parent has a handful. */
const TRANSITIONS_OF_CHILD = 3;

/** What comparing a table of so many bytes takes and costs. Differences come on top: chunks that differ are read twice more. */
export function costOf(
  tableBytes: number,
  layout: Layout,
  rates: Rates,
  environment: Environment,
  settings: Settings,
): Cost {
  const rows = tableBytes / rates.bytesPerRow;
  const partitions = Math.min(Math.max(Math.ceil(rows / ROWS_IN_PARTITION), 1), MAX_PARTITIONS);
  const chunks = layout === 'partitions' ? partitions : Math.ceil(rows / settings.rowsPerChunk);
  const batches = Math.ceil(chunks / settings.chunksPerBatch);
  const rowsInChunk = rows / chunks;
  const readBytes = {
    ordered: rowsInChunk * rates.bytesPerRow,
    random: rowsInChunk * PAGE_BYTES,
    partitions: tableBytes,
  }[layout];
  const ioSeconds =
    layout === 'random'
      ? rowsInChunk / environment.randomPagesPerSecond
      : readBytes / (environment.sequentialMibPerSecond * 2 ** 20);
  // Hashing and reading do not overlap within one connection. Rows of other partitions are hashed by their key only.
  const hashed = layout === 'partitions' ? rows : rowsInChunk;
  const chunkSeconds = hashed / rates.rowsPerSecond + ioSeconds;
  const perBatch = Math.min(settings.chunksPerBatch, chunks);
  const work = chunks * chunkSeconds;
  return {
    rows,
    chunks,
    batches,
    planSeconds: layout === 'partitions' ? 0 : rows / rates.walkedRowsPerSecond,
    compareSeconds: work / Math.min(settings.maxConcurrency, batches),
    batchSeconds: perBatch * chunkSeconds,
    readGib: (chunks * readBytes) / 2 ** 30,
    lambdaUsd:
      work * settings.memoryGib * environment.lambdaUsdPerGibSecond +
      (batches * environment.lambdaUsdPerMillionRequests) / 1e6,
    stepFunctionsUsd: (batches * TRANSITIONS_OF_CHILD * environment.stateTransitionUsdPerThousand) / 1000,
    // A chunk: its result is looked for, written, and read for the report.
    s3Usd: (chunks * environment.s3PutUsdPerThousand + 2 * chunks * environment.s3GetUsdPerThousand) / 1000,
    auroraIoUsd: (((chunks * readBytes) / PAGE_BYTES) * environment.auroraIoUsdPerMillion) / 1e6,
  };
}
