import { describe, expect, test } from '@jest/globals';
import {
  type CutoverLimits,
  FREEZE_BUDGET_LIMITS,
  isPolling,
  LEAST_POLL_SECONDS,
  limitSecondsOf,
} from '../../../constructs/cutover/limits';
import type { Step } from '../../../constructs/cutover/steps';
import { successorsOf } from '../../support/state-machine-rules';
import { definitionOf, MACHINE_NAMES, MACHINE_PROPS } from './machines';

interface State {
  readonly Type: string;
  readonly Seconds?: number;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly { readonly MaxAttempts: number; readonly MaxDelaySeconds?: number }[];
  readonly Parameters?: { readonly Payload?: { readonly step?: Step } };
  readonly [field: string]: unknown;
}
type States = Readonly<Record<string, State>>;

/** What an execution may hold. @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MOST_EVENTS = 25_000;

const attemptsOf = ({ Retry = [] }: State): number => Retry.reduce((sum, { MaxAttempts }) => sum + MaxAttempts, 1);

/** Entered and left; for a task scheduled, started and ended with each attempt. */
const eventsOf = (state: State): number => 2 + (state.Type === 'Task' ? 3 * attemptsOf(state) : 0);

/** Every loop: the states that lead to a step that polls, and that it leads to. */
function loopsOf(states: States): { readonly name: string; readonly step: Step; readonly loop: readonly string[] }[] {
  const reachable = (from: string): Set<string> => {
    const found = new Set<string>();
    const visit = (name: string): void => {
      for (const { next } of successorsOf(states[name] ?? {})) {
        if (found.has(next)) continue;
        found.add(next);
        visit(next);
      }
    };
    visit(from);
    return found;
  };
  const from = Object.fromEntries(Object.keys(states).map((name) => [name, reachable(name)]));
  return Object.entries(states).flatMap(([name, { Parameters }]) => {
    const step = Parameters?.Payload?.step;
    const loop = [...(from[name] ?? [])].filter((other) => from[other]?.has(name) === true);
    return step === undefined || !isPolling(step) ? [] : [{ name, step, loop }];
  });
}

/** How often a loop can go round at most: with the pause in it, or else by the time that each call has polled. */
function roundsOf(states: States, { step, loop }: ReturnType<typeof loopsOf>[number], limits: CutoverLimits): number {
  const pause = loop.reduce((sum, name) => sum + (states[name]?.Seconds ?? 0), 0);
  if (!isPolling(step)) return 1;
  return Math.ceil(limitSecondsOf(step, limits) / (pause > 0 ? pause : LEAST_POLL_SECONDS)) + 1;
}

const usual = MACHINE_PROPS.limits;
const LIMITS: readonly (readonly [string, CutoverLimits])[] = [
  ['as usual', usual],
  [
    'the longest',
    {
      weightTimeoutMinutes: 10_080,
      bakeMinutes: 10_080,
      approvalTimeoutMinutes: 10_080,
      freezeBudgetSeconds: FREEZE_BUDGET_LIMITS.most,
      loadHours: 336,
      comparisonHours: 72,
    },
  ],
  [
    'the shortest',
    {
      weightTimeoutMinutes: 1,
      bakeMinutes: 1,
      approvalTimeoutMinutes: 1,
      freezeBudgetSeconds: FREEZE_BUDGET_LIMITS.least,
      loadHours: 1,
      comparisonHours: 1,
    },
  ],
];

describe.each(LIMITS)('with limits %s', (_, limits) => {
  const props = { ...MACHINE_PROPS, limits };

  test.each(MACHINE_NAMES)(
    '%s stays below 25,000 events, though every call is repeated as often as it may',
    (machine) => {
      const states = definitionOf(machine, props)['States'] as States;
      const loops = loopsOf(states);
      const once = Object.values(states).reduce((sum, state) => sum + eventsOf(state), 0);
      const looping = loops.map(({ loop, ...rest }) => {
        const round = loop.reduce((sum, name) => sum + eventsOf(states[name] ?? { Type: 'none' }), 0);
        const { step } = rest;
        return { step, events: round * roundsOf(states, { loop, ...rest }, limits) };
      });
      // Inside a freeze one budget serves all of them: only the one that takes most of it counts.
      const shared = (step: Step): boolean => ['freeze', 'drain', 'stop-drained', 'arm-opposite'].includes(step);
      const own = looping.filter(({ step }) => !shared(step)).reduce((sum, { events }) => sum + events, 0);
      const most = Math.max(0, ...looping.filter(({ step }) => shared(step)).map(({ events }) => events));
      expect(1 + once + own + most).toBeLessThan(MOST_EVENTS);
    },
  );

  test.each(MACHINE_NAMES)('%s is never ended by its own limit before that of a step', (machine) => {
    const definition = definitionOf(machine, props);
    const states = definition['States'] as States;
    const longest = Object.values(states).reduce((sum, state) => {
      const step = state.Parameters?.Payload?.step;
      const polling = step !== undefined && isPolling(step) ? limitSecondsOf(step, limits) : 0;
      const delays = (state.Retry ?? []).reduce(
        (all, retry) => all + retry.MaxAttempts * (retry.MaxDelaySeconds ?? 0),
        0,
      );
      return sum + polling + delays + attemptsOf(state) * (state.TimeoutSeconds ?? 0);
    }, 0);
    expect(definition['TimeoutSeconds']).toBeGreaterThanOrEqual(longest);
    // A year is the most that Step Functions knows.
    expect(definition['TimeoutSeconds']).toBeLessThan(31_536_000);
  });

  test.each(MACHINE_NAMES)('%s has no loop but that of a step with a time limit', (machine) => {
    const states = definitionOf(machine, props)['States'] as States;
    const inLoops = new Set(loopsOf(states).flatMap(({ loop }) => loop));
    expect(
      Object.keys(states)
        .filter((name) => !inLoops.has(name))
        .flatMap((name) => cyclic(states, name, inLoops)),
    ).toEqual([]);
  });
});

/** The state itself where a path without the given states leads back to it. */
function cyclic(states: States, start: string, without: ReadonlySet<string>): string[] {
  const seen = new Set<string>();
  const leadsBack = (name: string): boolean =>
    successorsOf(states[name] ?? {}).some(({ next }) => {
      if (next === start) return true;
      if (seen.has(next) || without.has(next)) return false;
      seen.add(next);
      return leadsBack(next);
    });
  return leadsBack(start) ? [start] : [];
}
