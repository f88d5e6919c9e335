import type { TableName } from '../catalog/catalog';
import type { EarlierPass } from '../delta/choose-tables';
import { compareDelta } from '../delta/compare-delta';
import { type DeltaPrediction, predictDelta } from '../delta/predict-delta';
import type { CompareRows } from './parts';

export interface DeltaRowsOptions {
  /** Tables whose rows are only ever added. */
  readonly appendOnly: readonly TableName[];
  /** How the other tables are compared: whole. */
  readonly compareWhole: CompareRows;
  /** Takes how long the pass will take, before it begins; what it throws ends the comparison. @default it is not predicted */
  readonly predicted?: (prediction: DeltaPrediction) => void;
}

/** Compares of append-only tables what an earlier pass cannot have seen, and other tables whole. */
export const compareDeltaRows =
  (earlier: EarlierPass, { appendOnly, compareWhole, predicted }: DeltaRowsOptions): CompareRows =>
  async (databases, plans, options) => {
    const { parallel, maxDifferences, settle, observer, signal } = options;
    const common = {
      appendOnly,
      ...(parallel === undefined ? {} : { parallel }),
      ...(signal === undefined ? {} : { signal }),
    };
    predicted?.(await predictDelta(databases, plans, earlier, { ...common, live: settle !== undefined }));
    return compareDelta(databases, plans, earlier, {
      ...common,
      seed: options.seed,
      compareWhole: (others) => compareWhole(databases, others, options),
      ...(maxDifferences === undefined ? {} : { maxDifferences }),
      ...(settle === undefined ? {} : { settle }),
      ...(observer === undefined ? {} : { observer }),
    });
  };
