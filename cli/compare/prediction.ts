import type { DeltaPrediction } from '../../lambda/migration-validation/delta/predict-delta';

/** Ends a comparison that was asked only how long it would take. */
export class OnlyPredicted extends Error {
  override readonly name = 'OnlyPredicted';
}

/** How long a delta pass will take, as lines for a terminal. */
export const predictionLines = ({ seconds, tables, basis, refusal }: DeltaPrediction): string[] => [
  `the comparison of the rows should take about ${text(seconds)}`,
  ...tables.map((table) => `  ${table.schema}.${table.name}: ${text(table.seconds)}, ${table.basis}`),
  ...basis.map((sentence) => `  ${sentence}`),
  ...(refusal === undefined ? [] : [`  but append-only tables would not be compared: ${refusal}`]),
];

const text = (seconds: number): string =>
  seconds < 60 ? `${seconds.toFixed(1)} s` : `${(seconds / 60).toFixed(1)} min`;
