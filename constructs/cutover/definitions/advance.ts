import type { StateMachineDefinition } from '../../workflow';
import { isPresent, noteAnswer, together } from './states';
import { type CutoverDefinitionProps, FAILED, type Route, Tasks } from './tasks';

/**
 * `advance`: one step more of the traffic to AWS, which writes to the on-premises database. The clearance's maximum is raised;
 * the weights are the operator's to deploy, and are awaited, then watched. Whatever speaks against the new weights, or says
 * nothing, takes clearance and weights back to the step before. Nothing of this moves data, so going back loses nothing.
 *
 * Input: `{"to": 10 | 50 | 100}`: one of the environment's steps, percent of the traffic for AWS; the gates check it.
 *
 * Missing data pauses once for a human, who lets it go on (a statement in the table) or refuses; when data is missing again
 * the step is taken back.
 */
export function advanceDefinition(props: CutoverDefinitionProps): StateMachineDefinition {
  const tasks = new Tasks('advance', props);
  const { states: refused, route: notReady } = tasks.giveUp({
    notDone: 'Not ready',
    tell: 'Tell refusal',
    release: 'Release after refusal',
    failed: 'Refused',
    severity: 'info',
    subject: 'traffic was not advanced',
  });
  const back: Route = { caught: 'Lower clearance', answered: 'Not advanced', field: '$.failure' };

  return tasks.definition('Lets AWS have more of the traffic, and watches it.', 'Acquire lease', [
    tasks.acquire('Read weights'),
    tasks.readWeights('Read weights', '$.before', 'Assess', notReady),
    tasks.assess('Assess', 'Check gates', notReady),
    tasks.step('Check gates', {
      step: 'advance-gates',
      given: { 'weights.$': '$.before.weights', 'assessment.$': '$.assessment.answer' },
      on: { done: 'Raise clearance' },
      otherwise: notReady,
    }),
    tasks.step('Raise clearance', { step: 'raise-clearance', on: { done: 'Look at weights' }, otherwise: back }),
    tasks.readWeights('Look at weights', '$.now', 'Await weights', back),
    tasks.step('Await weights', {
      comment: 'The operator deploys them: Terraform owns the weights.',
      step: 'check-weights',
      given: { 'weights.$': '$.now.weights' },
      on: { done: 'Bake' },
      otherwise: back,
      repeatFrom: 'Look at weights',
    }),
    tasks.step('Bake', {
      step: 'bake',
      on: { done: 'Release lease', breach: back.answered, 'no-data': 'Ask for a human' },
      otherwise: back,
    }),
    tasks.notify(
      'Ask for a human',
      'page',
      'advancing is paused: whether the new weights are safe cannot be told, for data is missing; let it go on or refuse',
      'Await a human',
    ),
    tasks.step('Await a human', { step: 'await-continue', on: { done: 'Bake again' }, otherwise: back }),
    tasks.step('Bake again', {
      step: 'bake',
      on: { done: 'Release lease', breach: back.answered, 'no-data': back.answered },
      otherwise: back,
    }),
    tasks.release('Release lease', 'Tell'),
    tasks.notify('Tell', 'info', 'traffic was advanced', 'Advanced'),
    { Advanced: { Type: 'Succeed' } },
    goBack(tasks),
    refused,
  ]);
}

/** Clearance first, so that the guard and Terraform agree with what is done next; each though the other failed. */
function goBack(tasks: Tasks) {
  const goOn = (next: string): Route => ({ caught: next, answered: next, field: '$.trouble' });
  return together(
    { 'Not advanced': noteAnswer('$.failure', 'Lower clearance') },
    tasks.step('Lower clearance', {
      step: 'lower-clearance',
      given: { to: 'previous' },
      on: { done: 'Where to?' },
      otherwise: goOn('Move weights back'),
      retry: 'persistent',
    }),
    // An execution that follows one which failed late finds the new weights already: what the step before is, the step knows.
    {
      'Where to?': {
        Type: 'Choice',
        Choices: [{ ...isPresent('$.step.answer.weights'), Next: 'To the step before' }],
        Default: 'Move weights back',
      },
    },
    {
      'To the step before': {
        Type: 'Pass',
        Parameters: { 'weights.$': '$.step.answer.weights' },
        ResultPath: '$.before',
        Next: 'Move weights back',
      },
    },
    tasks.shiftWeights('Move weights back', { 'weights.$': '$.before.weights' }, 'Page', goOn('Page')),
    tasks.notify(
      'Page',
      'page',
      'traffic was taken back to the step before; check the weights',
      'Release after failure',
      '$.failure',
    ),
    tasks.release('Release after failure', 'Failed'),
    { Failed: FAILED },
  );
}
