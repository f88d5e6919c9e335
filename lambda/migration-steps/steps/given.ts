import * as z from 'zod/mini';
import { type Side, SIDES } from '../../shared/authority/authority';
import type { StepContext } from '../step';

/**
 * A side that a definition gives a step.
 * @throws Error when it gives none
 */
export function givenSide({ given, state }: Pick<StepContext, 'given' | 'state'>, field: 'from' | 'to'): Side {
  const { success, data } = z.record(z.string(), z.unknown()).safeParse(given);
  const value = success ? data[field] : undefined;
  const side = SIDES.find((known) => known === value);
  if (side === undefined) {
    throw new Error(`given.${field} of ${state} must be ${SIDES.join(' or ')}, got ${JSON.stringify(value)}`);
  }
  return side;
}
