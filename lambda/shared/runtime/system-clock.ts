import { setTimeout } from 'node:timers/promises';
import type { Clock } from './clock';

/** The time of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds) => {
    await setTimeout(milliseconds);
  },
};
