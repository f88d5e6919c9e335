/** What a terminal would take for a command: control characters and those that change the direction of writing. */
const UNSEEN = /[^\P{C}\n]/gu;

/** A text of somebody else's as it may be written to a terminal. */
export const harmless = (text: string): string => text.replace(UNSEEN, '?');

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** A time span as people say it, in its two largest units: `3 h 5 min`, `45 s`. */
export function spanText(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  const largest = UNITS.findIndex(([, size]) => rest >= size);
  if (largest === -1) return '0 s';
  const parts = UNITS.slice(largest, largest + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return { unit, count };
  });
  return parts
    .filter(({ count }) => count > 0)
    .map(({ unit, count }) => `${count} ${unit}`)
    .join(' ');
}

/** Several of something between commas. */
export const listText = (items: readonly string[], none: string): string =>
  items.length === 0 ? none : items.join(', ');

/** How long it is since a moment. */
export const sinceText = (moment: number, now: number): string => spanText((now - moment) / 1000);

/** A moment in UTC, to the second. */
export const momentText = (moment: number): string =>
  `${new Date(moment).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** The time of day in UTC. */
export const clockText = (moment: number): string => new Date(moment).toISOString().slice(11, 19);
