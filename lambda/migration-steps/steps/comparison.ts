import type { ControlDependencies } from '../dependencies';
import type { Step, StepContext } from '../step';
import { overdue } from '../waiting';
import { done } from './answers';
import { refusedFor, wait } from './judged';

/** Characters and length that a comparison's name may have: see event.ts of migration-validation. */
const NAME = /[^A-Za-z0-9_-]/g;
const MAX_NAME_LENGTH = 80;

/** The comparison of an execution: one, however often it is asked for. */
export const comparisonName = ({ executor, name }: Pick<StepContext, 'executor' | 'name'>): string =>
  `${executor.machine}-${name}`.replace(NAME, '_').slice(0, MAX_NAME_LENGTH);

/** Sequences are set in the freeze: before, they stand behind on the target. */
const INPUT = { mode: 'live', without: ['sequences'] } as const;

/** Starts comparing everything while replication runs. */
export const startComparison: Step<Pick<ControlDependencies, 'authority' | 'comparisons'>> = async (
  { authority, comparisons },
  context,
) => {
  const comparison = comparisonName(context);
  await authority.confirm(context.executor);
  await comparisons.start(comparison, INPUT);
  return done(`the comparison ${comparison} is started`, { comparison });
};

/** Waits until the comparison has ended: equal, or not. */
export const awaitComparison: Step<
  Pick<ControlDependencies, 'comparisons' | 'progress' | 'clock' | 'settings'>
> = async (dependencies, context) => {
  const comparison = comparisonName(context);
  const run = await dependencies.comparisons.read(comparison);
  const what = 'going on after the comparison';
  if (run === undefined) {
    return refusedFor(what, [`the comparison ${comparison} must have been started, got none of this name`]);
  }
  const { result, detail } = run;
  if (result === 'equal') return done(`the comparison ${comparison} is equal`, { comparison });
  if (result !== 'running') {
    const found = detail === undefined ? '' : ` (${detail})`;
    return refusedFor(
      what,
      [`the comparison ${comparison} must be equal, got ${result}${found}; put right what it found, and start again`],
      { comparison },
    );
  }
  const limit = {
    seconds: dependencies.settings.comparisonHours * 3600,
    what: `the end of the comparison ${comparison}`,
  };
  return (
    (await overdue(dependencies, context, limit)) ?? wait(`the comparison ${comparison} is running`, { comparison })
  );
};
