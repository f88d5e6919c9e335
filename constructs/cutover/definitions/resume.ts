import type { StateMachineDefinition } from '../../workflow';
import { type CutoverDefinitionProps, Tasks } from './tasks';

/**
 * `resume`: leaves a freeze that was left standing, back to the side that it was frozen from. Two people approve, neither of
 * them for the other one; until then everything stays frozen.
 *
 * Input: `{"requestedBy": "<aws:userid>"}`: who asked for it; the request stands in the table under that id before the
 * execution starts.
 */
export function resumeDefinition(props: CutoverDefinitionProps): StateMachineDefinition {
  const tasks = new Tasks('resume', props);
  const { states: ending, route: otherwise } = tasks.giveUp({
    notDone: 'Not done',
    tell: 'Page',
    release: 'Release after failure',
    failed: 'Failed',
    severity: 'page',
    subject: 'the freeze was not left: what is frozen stays frozen and loses nothing',
  });

  return tasks.definition('Leaves a freeze, back to the side that had the right to write.', 'Acquire lease', [
    tasks.acquire('Locate authority'),
    tasks.step('Locate authority', {
      step: 'position',
      on: { 'frozen-from-on-prem': 'Request approval', 'frozen-from-aurora': 'Request approval' },
      otherwise,
    }),
    tasks.step('Request approval', { step: 'request-approval', on: { done: 'Await approval' }, otherwise }),
    tasks.step('Await approval', { step: 'await-approval', on: { done: 'Undo freeze' }, otherwise }),
    tasks.step('Undo freeze', {
      step: 'abandon-freeze',
      on: { done: 'Release lease' },
      otherwise,
      frozen: true,
      retry: 'persistent',
    }),
    tasks.release('Release lease', 'Tell'),
    tasks.notify('Tell', 'page', 'the freeze was left: the side it was frozen from has the right to write', 'Resumed'),
    { Resumed: { Type: 'Succeed' } },
    ending,
  ]);
}
