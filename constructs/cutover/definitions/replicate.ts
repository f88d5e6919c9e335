import type { StateMachineDefinition } from '../../workflow';
import { type CutoverDefinitionProps, Tasks } from './tasks';

/**
 * `replicate`: from an empty Aurora to one that follows on-premises and was compared with it. Everything that takes hours is
 * done here, so that a freeze only checks it.
 *
 * Input: `{}`; nothing of it is read. May be started anew after a failure: what is done already is found and left alone.
 */
export function replicateDefinition(props: CutoverDefinitionProps): StateMachineDefinition {
  const tasks = new Tasks('replicate', props);
  const { states: ending, route: otherwise } = tasks.giveUp({
    notDone: 'Not done',
    tell: 'Page',
    release: 'Release after failure',
    failed: 'Failed',
    severity: 'page',
    subject: 'replication to Aurora could not be set up',
  });
  const migrate = (name: string, parts: readonly string[], next: string) =>
    tasks.call(name, { function: 'schema', payload: { parts }, resultPath: null, next, otherwise });

  return tasks.definition('Sets up replication from on-premises to Aurora, and compares the two.', 'Acquire lease', [
    tasks.acquire('Locate authority'),
    tasks.step('Locate authority', {
      comment: 'Aurora is filled only while on-premises is written: a full load over a database in use destroys it.',
      step: 'position',
      on: { 'on-prem': 'Assess' },
      otherwise,
    }),
    tasks.assess('Assess', 'Judge assessment', otherwise),
    tasks.step('Judge assessment', {
      comment: 'Blockers stop here.',
      step: 'judge-assessment',
      given: { 'assessment.$': '$.assessment.answer' },
      on: { done: 'Create tables' },
      otherwise,
    }),
    migrate('Create tables', ['pre-data'], 'Start full load'),
    tasks.step('Start full load', { step: 'start-load', on: { done: 'Await full load' }, otherwise }),
    tasks.step('Await full load', {
      comment: 'Ends when everything is copied, and what changed meanwhile applied.',
      step: 'await-load',
      on: { done: 'Create indexes and keys' },
      otherwise,
    }),
    migrate('Create indexes and keys', ['pre-data', 'post-data'], 'Resume replication'),
    tasks.step('Resume replication', { step: 'resume-forward', on: { done: 'Await replication' }, otherwise }),
    tasks.step('Await replication', { step: 'await-running', on: { done: 'Start comparison' }, otherwise }),
    tasks.step('Start comparison', { step: 'start-comparison', on: { done: 'Await comparison' }, otherwise }),
    tasks.step('Await comparison', { step: 'await-comparison', on: { done: 'Release lease' }, otherwise }),
    tasks.release('Release lease', 'Tell'),
    tasks.notify('Tell', 'info', 'Aurora follows on-premises, and was found equal', 'Replicated'),
    { Replicated: { Type: 'Succeed' } },
    ending,
  ]);
}
