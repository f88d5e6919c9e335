import type { StateMachineDefinition } from '../../workflow';
import { isPresent, noteAnswer, together } from './states';
import { type CutoverDefinitionProps, FAILED, type Route, Tasks } from './tasks';
import { BEFORE_SEQUENCES, checkKnownComparison, DRAIN, KNOWN_COMPARISON, UNTIL, verifyDelta } from './verification';

/**
 * `rollback`: back to on-premises, from wherever the migration is.
 *
 * Input: `{}`; nothing of it is read, so nothing in it can stop a rollback. Never gated, approved or kept waiting: it takes the
 * lease from whoever has it. It may be started again after any failure, and goes on where the last one stood.
 *
 * - `on-prem`: clearance 0, weights 0. Data never left.
 * - frozen from on-premises: the freeze is undone first.
 * - `aurora`, or frozen from Aurora: freeze, drain, verify, sequences, stop reverse, arm forward, open on-premises; only then
 *   clearance and weights. Until on-premises is open AWS keeps the requests: it answers them without a database.
 *
 * What does not work between freeze and opening leaves the databases frozen and calls people: on-premises is never opened
 * over payments that did not get there. Inside the freeze no state waits.
 */
export function rollbackDefinition(props: CutoverDefinitionProps): StateMachineDefinition {
  const tasks = new Tasks('rollback', props);
  const { states: frozen, route: stayFrozen } = tasks.giveUp({
    notDone: 'Not done',
    tell: 'Page frozen',
    release: 'Release while frozen',
    failed: 'Stays frozen',
    severity: 'page',
    subject: 'the rollback could not go on: see why, and start it again; what is frozen stays frozen and loses nothing',
  });

  return tasks.definition('Gives the right to write, and the traffic, back to on-premises.', 'Take over lease', [
    tasks.takeOver('Locate authority'),
    tasks.step('Locate authority', {
      step: 'position',
      on: {
        'on-prem': 'Complete opening',
        'frozen-from-on-prem': 'Undo freeze',
        aurora: 'Comparison known?',
        'frozen-from-aurora': 'Comparison known?',
      },
      otherwise: stayFrozen,
      retry: 'persistent',
    }),
    tasks.step('Undo freeze', {
      comment: 'In reverse order, the last of it: on-premises is opened.',
      step: 'abandon-freeze',
      on: { done: 'Lower clearance' },
      otherwise: stayFrozen,
      frozen: true,
      retry: 'persistent',
    }),
    checkKnownComparison('Comparison known?', 'Freeze', 'Freeze'),
    freezeToOpen(tasks, stayFrozen),
    moveTraffic(tasks),
    frozen,
  ]);
}

function freezeToOpen(tasks: Tasks, stayFrozen: Route) {
  const step = (
    name: string,
    next: string,
    options: Pick<Parameters<Tasks['step']>[1], 'step' | 'given' | 'comment' | 'keep'>,
  ) => tasks.step(name, { ...options, on: { done: next }, otherwise: stayFrozen, frozen: true, retry: 'persistent' });
  return together(
    step('Freeze', 'Drain', { step: 'freeze', given: { from: 'aurora' } }),
    step('Drain', 'What to verify?', DRAIN),
    {
      'What to verify?': {
        Type: 'Choice',
        Choices: [{ ...isPresent(KNOWN_COMPARISON), Next: 'Verify' }],
        Default: 'Verify everything',
      },
    },
    verifyDelta(tasks, 'Verify', 'Judge verification', stayFrozen),
    tasks.call('Verify everything', {
      comment: 'Where no earlier comparison is known: slower, but nothing is opened unverified.',
      function: 'validation',
      payload: {
        action: 'compare',
        'id.$': '$$.Execution.Name',
        request: { direction: 'reverse', mode: 'exact', ...BEFORE_SEQUENCES },
        ...UNTIL,
      },
      resultPath: '$.verification',
      next: 'Judge verification',
      otherwise: stayFrozen,
      retry: 'frozen',
    }),
    step('Judge verification', 'Move sequences', {
      step: 'judge-verification',
      given: { 'verification.$': '$.verification.answer' },
    }),
    step('Move sequences', 'Check constraints', { step: 'sequences' }),
    step('Check constraints', 'Stop reverse', { step: 'constraints' }),
    step('Stop reverse', 'Arm forward', { step: 'stop-drained' }),
    step('Arm forward', 'Open on-premises', {
      comment: 'The old slots are dropped: going on with one of them would apply twice what is there.',
      step: 'arm-opposite',
    }),
    step('Open on-premises', 'Lower clearance', {
      comment: 'Authority changes here.',
      step: 'open',
      given: { to: 'on-prem' },
    }),
  );
}

/** Clearance, then weights; each though the other failed, and people are told. */
function moveTraffic(tasks: Tasks) {
  const goOn = (caught: string, answered = caught): Route => ({ caught, answered, field: '$.failure' });
  return together(
    tasks.step('Complete opening', {
      comment:
        'An execution may have ended between the item and the row. Where it is open this does nothing; where it cannot be told, traffic is moved all the same: data never left.',
      step: 'open',
      given: { to: 'on-prem' },
      on: { done: 'Lower clearance' },
      otherwise: goOn('Lower clearance', 'Not opened'),
      retry: 'persistent',
    }),
    { 'Not opened': noteAnswer('$.failure', 'Lower clearance') },
    tasks.step('Lower clearance', {
      step: 'lower-clearance',
      given: { to: 0 },
      on: { done: 'Move weights' },
      otherwise: goOn('Move weights', 'Not lowered'),
      retry: 'persistent',
    }),
    { 'Not lowered': noteAnswer('$.failure', 'Move weights') },
    tasks.shiftWeights('Move weights', { weights: { aws: 0, 'on-prem': 100 } }, 'All done?', goOn('Page')),
    {
      'All done?': {
        Type: 'Choice',
        Choices: [{ And: [isPresent('$.failure.Error'), isPresent('$.failure.Cause')], Next: 'Page' }],
        Default: 'Release lease',
      },
    },
    tasks.release('Release lease', 'Tell'),
    tasks.notify('Tell', 'page', 'rolled back: on-premises has the right to write and the traffic', 'Rolled back'),
    { 'Rolled back': { Type: 'Succeed' } },
    tasks.notify(
      'Page',
      'page',
      'on-premises has the right to write, but the rollback of traffic is not complete: start it again',
      'Release after failure',
      '$.failure',
    ),
    tasks.release('Release after failure', 'Failed'),
    { Failed: FAILED },
  );
}
