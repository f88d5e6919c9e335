import type { SchemaDifference } from '../report/model';

/** How many equal lines are shown around what differs. */
const CONTEXT = 2;

/** Differences as a diff from the source to the target: a heading, `-` what the source has, `+` what the target has. */
export const schemaDiffText = (differences: readonly SchemaDifference[]): string =>
  differences
    .map(({ kind, object, source, target }) => [`${kind} ${object}`, ...diffLines(source, target)].join('\n'))
    .join('\n\n');

/** One difference: of long texts, such as functions, the equal lines before and after are left out. */
export function diffLines(source?: string, target?: string): string[] {
  const [before, after] = [linesOf(source), linesOf(target)];
  const same = before.findIndex((line, index) => line !== after[index]);
  const start = same === -1 ? Math.min(before.length, after.length) : same;
  const longest = Math.min(before.length, after.length) - start;
  const [reversed, other] = [before.toReversed(), after.toReversed()];
  const differing = reversed.findIndex((line, index) => line !== other[index]);
  const end = Math.min(differing === -1 ? longest : differing, longest);
  const until = before.length - end;
  return [
    ...(start > CONTEXT ? ['  …'] : []),
    ...before.slice(Math.max(0, start - CONTEXT), start).map((line) => `  ${line}`),
    ...before.slice(start, until).map((line) => `- ${line}`),
    ...after.slice(start, after.length - end).map((line) => `+ ${line}`),
    ...before.slice(until, until + CONTEXT).map((line) => `  ${line}`),
    ...(end > CONTEXT ? ['  …'] : []),
  ];
}

const linesOf = (text: string | undefined): string[] => (text === undefined ? [] : text.trimEnd().split('\n'));
