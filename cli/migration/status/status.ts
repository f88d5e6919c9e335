import { requireAccount } from '../account';
import type { Operation } from '../dependencies';
import { clockText } from '../text';
import { progressText } from './progress-text';
import { known, readStatus, type Status } from './read-status';
import { statusJson } from './status-json';
import { headline, statusLines } from './status-text';

export interface StatusOptions {
  /** Whether to go on, by changes, until nothing runs any more. */
  readonly watch: boolean;
  /** Whether to write a line of JSON instead of text. */
  readonly json: boolean;
}

export const WATCH_SECONDS = 5;

/** Shows where the migration stands. */
export async function status(operation: Operation, { watch, json }: StatusOptions): Promise<void> {
  const { say, sleep } = operation;
  await requireAccount(operation);
  const show = (now: Status): void => {
    for (const line of json ? [statusJson(now)] : statusLines(now)) say(line);
  };
  let now = await readStatus(operation);
  show(now);
  if (!watch || !goesOn(now)) return;
  let last = changeOf(now);
  do {
    await sleep(WATCH_SECONDS);
    now = await readStatus(operation);
    const change = changeOf(now);
    if (change !== last && json) show(now);
    else if (change !== last) say(`${clockText(now.at)}  ${change}`);
    last = change;
  } while (goesOn(now));
  if (json) return;
  say('nothing runs any more');
  show(now);
}

/** What cannot be told is taken to go on. */
const goesOn = ({ running }: Status): boolean => known(running)?.length !== 0;

/** What people want to see when it changes. */
function changeOf(now: Status): string {
  const progress = known(now.progress);
  return progress === undefined ? headline(now) : `${headline(now)} | ${progressText(progress)}`;
}
