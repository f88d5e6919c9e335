import type { ControlDependencies } from '../dependencies';
import type { Step } from '../step';
import { judged } from './judged';

/** Whether the way back may be taken down: authority has been Aurora's for as long as the environment keeps that way. */
export const checkWindow: Step<Pick<ControlDependencies, 'authority' | 'clock' | 'settings'>> = async (
  { authority, clock, settings: { rollbackWindowHours } },
  { executor },
) => {
  await authority.confirm(executor);
  const { authority: present, epoch, change } = await authority.record();
  return judged('giving up the way back', [
    ...(present === 'aurora'
      ? []
      : [`authority must be aurora, got ${present} (epoch ${epoch}); there is nothing to finish`]),
    ...(present === 'aurora' ? windowReasons(change?.at) : []),
  ]);

  function windowReasons(since: number | undefined): readonly string[] {
    const must = `authority must be aurora for ${rollbackWindowHours} hours (cutover.rollbackWindowHours)`;
    if (since === undefined)
      return [`${must}, got no time at which it changed; look at the history of migration-state`];
    const end = since + rollbackWindowHours * 3_600_000;
    if (clock.now() >= end) return [];
    const hours = Math.floor((clock.now() - since) / 3_600_000);
    return [`${must}, got ${hours} hours; the rollback window ends at ${new Date(end).toISOString()}`];
  }
};
