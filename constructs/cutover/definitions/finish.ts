import type { StateMachineDefinition } from '../../workflow';
import { type CutoverDefinitionProps, Tasks } from './tasks';

/**
 * `finish`: gives up the way back, once the rollback window is over. Reverse replication ends, slots and publications are
 * dropped on both sides, the history goes to the audit bucket; on-premises stays closed, to be read only.
 *
 * Input: `{}`; nothing of it is read. May be started anew after a failure.
 */
export function finishDefinition(props: CutoverDefinitionProps): StateMachineDefinition {
  const tasks = new Tasks('finish', props);
  const { states: ending, route: otherwise } = tasks.giveUp({
    notDone: 'Not done',
    tell: 'Page',
    release: 'Release after failure',
    failed: 'Failed',
    severity: 'page',
    subject: 'the migration could not be finished: see why, and start it again',
  });

  return tasks.definition('Removes what keeps the way back, after the rollback window.', 'Acquire lease', [
    tasks.acquire('Locate authority'),
    tasks.step('Locate authority', { step: 'position', on: { aurora: 'Check window' }, otherwise }),
    tasks.step('Check window', { step: 'check-window', on: { done: 'Retire reverse' }, otherwise }),
    tasks.step('Retire reverse', {
      comment: 'From here there is no rollback any more.',
      step: 'retire-reverse',
      on: { done: 'Archive history' },
      otherwise,
    }),
    tasks.step('Archive history', { step: 'archive-history', on: { done: 'Release lease' }, otherwise }),
    tasks.release('Release lease', 'Tell'),
    tasks.notify('Tell', 'info', 'the migration is finished: Aurora stands alone', 'Finished'),
    { Finished: { Type: 'Succeed' } },
    ending,
  ]);
}
