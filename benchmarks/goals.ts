import type { Measurement } from './measure';

/** One goal and whether it was reached. */
export interface Verdict {
  readonly goal: string;
  readonly actual: number;
  readonly atMost: number;
  readonly passed: boolean;
}

/** The medians that the goals compare. */
export interface Medians {
  readonly app: Measurement;
  readonly floor: Measurement;
  readonly few: Measurement;
  readonly many: Measurement;
}

/** What synthesis may cost. All are ratios of one run on one machine, so they hold on a slow machine as on a fast one. */
export const GOALS: readonly {
  readonly goal: string;
  readonly atMost: number;
  readonly ratio: (medians: Medians) => number;
}[] = [
  { goal: 'time, app to floor', atMost: 1.25, ratio: ({ app, floor }) => app.milliseconds / floor.milliseconds },
  { goal: 'memory, app to floor', atMost: 1.3, ratio: ({ app, floor }) => app.maxRssMib / floor.maxRssMib },
  { goal: 'time, 30 environments to 3', atMost: 5, ratio: ({ few, many }) => many.milliseconds / few.milliseconds },
];

export function judge(medians: Medians): Verdict[] {
  return GOALS.map(({ goal, atMost, ratio }) => {
    const actual = ratio(medians);
    return { goal, actual, atMost, passed: actual <= atMost };
  });
}
