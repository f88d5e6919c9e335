import { ExplainedError } from '../runtime/error-fields';
import { TRAFFIC_SIDES, type Weights } from './traffic';

const isPercent = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 100;

/** Whether something is weights as they may be set: exactly the two sides, 100 together. */
export const isWeights = (value: unknown): value is Weights => {
  if (typeof value !== 'object' || value === null) return false;
  const weights = value as Readonly<Record<string, unknown>>;
  return (
    Object.keys(weights).length === TRAFFIC_SIDES.length &&
    TRAFFIC_SIDES.every((side) => isPercent(weights[side])) &&
    Number(weights['aws']) + Number(weights['on-prem']) === 100
  );
};

/**
 * Refuses what cannot be set.
 * @throws ExplainedError when it is no weights
 */
export function requireWeights(value: unknown): Weights {
  if (isWeights(value)) return value;
  throw new ExplainedError(
    `weights must be integers from 0 to 100 (percent) for aws and on-prem that are 100 together, got ${JSON.stringify(value) ?? 'nothing'}; when all are 0, Route 53 answers with every record alike`,
  );
}

export const sameWeights = (one: Weights, other: Weights): boolean =>
  TRAFFIC_SIDES.every((side) => one[side] === other[side]);

/** The weights as messages say them. */
export const weightsText = (weights: Weights): string =>
  TRAFFIC_SIDES.map((side) => `${side} ${weights[side]}`).join(', ');
