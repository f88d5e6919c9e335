import type { Sequence } from '../catalog/catalog';
import type { SequenceState } from './read-state';

/** A sequence of both sides, as it was read. */
export interface Situation {
  readonly definition: { readonly source?: Sequence; readonly target: Sequence };
  /** @default the source has no such sequence */
  readonly source?: SequenceState;
  readonly target: SequenceState;
  /** The furthest value that columns hold on either side, in the direction of the target; null: none. */
  readonly used: bigint | null;
  /** How many values to leave unused beyond that, from 0. */
  readonly gap: bigint;
}

/** Whether the target may go on from where it stands. */
export interface Judgement {
  readonly safe: boolean;
  /** The value to set it to. @default none is needed, or none helps */
  readonly setTo?: bigint;
  readonly problem?: string;
}

/** Values as they are counted: in the direction of a sequence the further one is the greater. */
const furthest = (values: readonly (bigint | null)[], direction: bigint): bigint | undefined =>
  values
    .filter((value) => value !== null)
    .reduce<bigint | undefined>(
      (far, value) => (far === undefined || isBeyond(value, far, direction) ? value : far),
      undefined,
    );

const isBeyond = (value: bigint, other: bigint, direction: bigint): boolean => (value - other) * direction > 0n;

/** The value that a sequence gives next, whether its bounds allow it or not. */
const nextOf = ({ value, isCalled }: SequenceState, increment: bigint): bigint =>
  isCalled ? value + increment : value;

/**
 * A target is safe when what it gives next is beyond every value in use, and beyond what the source gave last (or, before
 * that gave any, not before its first).
 */
export function judge({ definition, source, target, used, gap }: Situation): Judgement {
  const increment = BigInt(definition.target.increment);
  const direction = increment > 0n ? 1n : -1n;
  if (definition.source !== undefined && BigInt(definition.source.increment) * direction < 0n) {
    return { safe: false, problem: 'it counts in the other direction than the one of the source; define it anew' };
  }
  const given = source === undefined ? null : source.isCalled ? source.value : source.value - direction;
  const passed = furthest([used, given], direction);
  const next = nextOf(target, increment);
  const isSame = source?.value === target.value && source.isCalled === target.isCalled;
  const wrapped = definition.target.cycle && used !== null && given !== null && isBeyond(used, given, direction);
  if (wrapped) {
    return isSame
      ? { safe: true, problem: 'it cycles and has begun anew: it stands where the one of the source stands' }
      : {
          safe: false,
          ...(source?.isCalled === true ? { setTo: source.value } : {}),
          problem: 'it cycles and the one of the source has begun anew, or a value was written past it',
        };
  }
  const exhausted = !definition.target.cycle && isOutside(next, definition.target);
  if (passed === undefined || isBeyond(next, passed, direction)) {
    return !exhausted
      ? { safe: true }
      : { safe: isSame, problem: `it cannot give another value: its last one is ${boundText(definition.target)}` };
  }
  return { safe: false, ...settingPast(passed, definition.target, target, gap) };
}

const bound = ({ increment, min, max }: Sequence): bigint => BigInt(BigInt(increment) > 0n ? max : min);
const boundText = (sequence: Sequence): string => `${bound(sequence)}`;

const isOutside = (value: bigint, { min, max }: Sequence): boolean => value < BigInt(min) || value > BigInt(max);

/** What to set a sequence to. Two sequences that take turns (1, 3, 5 and 2, 4, 6) go on doing so. */
function settingPast(
  passed: bigint,
  definition: Sequence,
  state: SequenceState,
  gap: bigint,
): Pick<Judgement, 'setTo' | 'problem'> {
  const increment = BigInt(definition.increment);
  const [size, direction] = increment > 0n ? [increment, 1n] : [-increment, -1n];
  const aligned = (value: bigint): bigint => {
    const steps = ((value - state.value) * direction + size - 1n) / size;
    return state.value + steps * increment;
  };
  const wanted = aligned(passed + gap * direction);
  if (!isOutside(wanted, definition) && !isOutside(wanted + increment, definition)) return { setTo: wanted };
  const least = aligned(passed);
  if (isOutside(least, definition)) {
    return { problem: `${passed} is used, and its last value is ${boundText(definition)}; alter its bounds first` };
  }
  return isOutside(least + increment, definition)
    ? { setTo: least, problem: `it cannot give another value then: its last one is ${boundText(definition)}` }
    : { setTo: least, problem: `the gap of ${gap} does not fit before its last value, ${boundText(definition)}` };
}
