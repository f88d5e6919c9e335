import type { TableName } from '../catalog/catalog';
import type { EarlierPass } from '../delta/choose-tables';
import { compareDelta } from '../delta/compare-delta';
import type { CompareRows } from './parts';

/** Compares of append-only tables what an earlier pass cannot have seen, and other tables whole. */
export const compareDeltaRows =
  (earlier: EarlierPass, appendOnly: readonly TableName[], compareWhole: CompareRows): CompareRows =>
  (databases, plans, options) =>
    compareDelta(databases, plans, earlier, {
      appendOnly,
      seed: options.seed,
      compareWhole: (others) => compareWhole(databases, others, options),
      ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
      ...(options.maxDifferences === undefined ? {} : { maxDifferences: options.maxDifferences }),
      ...(options.settle === undefined ? {} : { settle: options.settle }),
      ...(options.observer === undefined ? {} : { observer: options.observer }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
