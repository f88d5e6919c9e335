/** Longer values are cut, in characters. */
const LIMIT = 200;
/** How much is shown before the first character that differs. */
const BEFORE = 20;

/** What is kept of two values that differ. */
export interface CutValues {
  readonly source: string | null;
  readonly target: string | null;
}

/** Both values from the place where they begin to differ: the beginnings alone could look equal. */
export function cutBoth(source: string | null, target: string | null): CutValues {
  if (source === null || target === null) return { source: cutOne(source), target: cutOne(target) };
  const isLong = [source, target].some((value) => value.length > LIMIT && lengthOf(value) > LIMIT);
  const differs = isLong ? lengthOf(source.slice(0, firstDifference(source, target))) : 0;
  const from = differs > LIMIT - BEFORE ? differs - BEFORE : 0;
  return { source: cut(source, from), target: cut(target, from) };
}

/** One value, from its beginning. */
export const cutOne = (value: string | null): string | null => (value === null ? null : cut(value, 0));

/** Where the first character that differs begins, in code units. */
function firstDifference(source: string, target: string): number {
  const shorter = Math.min(source.length, target.length);
  let at = 0;
  while (at < shorter && source.charCodeAt(at) === target.charCodeAt(at)) at += 1;
  return isSecondHalf(source, at) || isSecondHalf(target, at) ? at - 1 : at;
}

/** By characters, not by halves of them. */
function cut(value: string, from: number): string {
  // No text has more characters than code units.
  if (value.length <= LIMIT && from === 0) return value;
  const length = lengthOf(value);
  if (length <= LIMIT && from === 0) return value;
  const start = unitsOf(value, 0, from);
  const part = copyOf(value.slice(start, unitsOf(value, start, LIMIT)));
  const end = Math.min(from + LIMIT, length);
  const where = from === 0 ? `cut at ${LIMIT}` : `${number(from + 1)} to ${number(end)}`;
  return `${from === 0 ? '' : '…'}${part}${end < length ? '…' : ''} (${where} of ${number(length)} characters)`;
}

/** A part of a text keeps the whole text in memory. */
const copyOf = (part: string): string => Buffer.from(part, 'utf16le').toString('utf16le');

const isFirstHalf = (value: string, at: number): boolean => (value.charCodeAt(at) & 0xfc00) === 0xd800;
const isSecondHalf = (value: string, at: number): boolean =>
  at > 0 && (value.charCodeAt(at) & 0xfc00) === 0xdc00 && isFirstHalf(value, at - 1);

/** How many characters a text has. Not by an array of them: values may be as large as the memory that there is. */
function lengthOf(value: string): number {
  let length = 0;
  for (let at = 0; at < value.length; at += 1) if (!isSecondHalf(value, at)) length += 1;
  return length;
}

/** The place, in code units, that is so many characters further than another. */
function unitsOf(value: string, start: number, characters: number): number {
  let at = start;
  for (let left = characters; left > 0 && at < value.length; left -= 1) at += isSecondHalf(value, at + 1) ? 2 : 1;
  return at;
}

const number = (value: number): string => value.toLocaleString('en-US');
