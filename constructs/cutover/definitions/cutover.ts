import type { StateMachineDefinition } from '../../workflow';
import { noteAnswer, together } from './states';
import { type CutoverDefinitionProps, FAILED, OVERTAKEN, type Route, Tasks } from './tasks';
import { checkKnownComparison, DRAIN, KNOWN_COMPARISON, tablesOf, verifyDelta } from './verification';

/**
 * `cutover`: the right to write goes from on-premises to Aurora.
 *
 * Input: `{"requestedBy": "<aws:userid>", "comparison": "<name>"}`: who asked for it; the request stands in the table under that
 * id before the execution starts, and in production somebody else approves. `comparison`, which may be absent: the comparison
 * that the gates judge and the freeze's builds on, else the last one that ended.
 *
 * Until the freeze a failure ends the execution, and nothing is changed. From the freeze until authority changes, a failure,
 * or the budget being over, undoes everything in reverse order; when authority has changed (`settle-failure` reads the item,
 * which knows) everything stays, and a rollback is offered. What cannot be told or undone stays frozen: nothing is lost, and
 * `rollback` and `resume` go on from there. Inside the freeze no state waits.
 */
export function cutoverDefinition(props: CutoverDefinitionProps): StateMachineDefinition {
  const tasks = new Tasks('cutover', props);
  const { states: refused, route: notReady } = tasks.giveUp({
    notDone: 'Not ready',
    tell: 'Tell refusal',
    release: 'Release after refusal',
    failed: 'Refused',
    severity: 'info',
    subject: 'the cutover did not begin; nothing was changed',
  });

  return tasks.definition('Moves the right to write from on-premises to Aurora.', 'Acquire lease', [
    tasks.acquire('Locate authority'),
    tasks.step('Locate authority', { step: 'position', on: { 'on-prem': 'Compared?' }, otherwise: notReady }),
    checkKnownComparison('Compared?', 'Read weights', 'Not compared'),
    {
      'Not compared': {
        Type: 'Pass',
        Result: { Error: 'refused', Cause: 'the databases were not compared yet: replicate does it' },
        ResultPath: '$.failure',
        Next: notReady.caught,
      },
    },
    tasks.readWeights('Read weights', '$.now', 'Assess', notReady),
    tasks.assess('Assess', 'Predict', notReady),
    predict(tasks, 'Predict', 'Check gates', notReady),
    gates(tasks, 'Check gates', 'Request approval', notReady),
    tasks.step('Request approval', { step: 'request-approval', on: { done: 'Await approval' }, otherwise: notReady }),
    tasks.step('Await approval', {
      step: 'await-approval',
      on: { done: 'Read weights again' },
      otherwise: notReady,
    }),
    tasks.readWeights('Read weights again', '$.now', 'Assess again', notReady),
    tasks.assess('Assess again', 'Predict again', notReady),
    predict(tasks, 'Predict again', 'Check gates again', notReady),
    gates(tasks, 'Check gates again', 'Freeze', notReady),
    freezeToOpen(tasks),
    tasks.release('Release lease', 'Tell'),
    tasks.notify('Tell', 'info', 'Aurora has the right to write; reverse replication keeps the way back', 'Switched'),
    { Switched: { Type: 'Succeed' } },
    afterFailure(tasks),
    refused,
  ]);
}

/** How long the freeze will take: people approve knowing it. */
const predict = (tasks: Tasks, name: string, next: string, otherwise: Route) =>
  tasks.call(name, {
    comment: 'How long the freeze will take, from the comparison that it will build on.',
    function: 'validation',
    payload: {
      action: 'predict',
      'id.$': '$$.Execution.Name',
      'base.$': KNOWN_COMPARISON,
      ...tablesOf(tasks),
    },
    resultPath: '$.prediction',
    next,
    otherwise,
  });

/** An approval may take long: everything that held before it is looked at once more after it, and measured anew. */
const gates = (tasks: Tasks, name: string, next: string, otherwise: Route) =>
  tasks.step(name, {
    step: 'cutover-gates',
    given: {
      'weights.$': '$.now.weights',
      'assessment.$': '$.assessment.answer',
      'prediction.$': '$.prediction.answer',
      'comparison.$': KNOWN_COMPARISON,
    },
    on: { done: next },
    otherwise,
  });

function freezeToOpen(tasks: Tasks) {
  const settle: Route = { caught: 'Settle failure', answered: 'Not done', field: '$.failure' };
  const step = (
    name: string,
    next: string,
    options: Pick<Parameters<Tasks['step']>[1], 'step' | 'given' | 'comment' | 'keep'>,
  ) => tasks.step(name, { ...options, on: { done: next }, otherwise: settle, frozen: true });
  return together(
    { 'Not done': noteAnswer(settle.field, settle.caught) },
    step('Freeze', 'Drain', { step: 'freeze', given: { from: 'on-prem' } }),
    step('Drain', 'Verify', DRAIN),
    verifyDelta(tasks, 'Verify', 'Judge verification', settle),
    step('Judge verification', 'Move sequences', {
      step: 'judge-verification',
      given: { 'verification.$': '$.verification.answer' },
    }),
    step('Move sequences', 'Check constraints', { step: 'sequences' }),
    step('Check constraints', 'Stop forward', { step: 'constraints' }),
    step('Stop forward', 'Arm reverse', { step: 'stop-drained' }),
    step('Arm reverse', 'Keep traffic on AWS', { step: 'arm-opposite' }),
    step('Keep traffic on AWS', 'Open Aurora', {
      comment: 'From here no deployment moves traffic to a database that may not be written.',
      step: 'require-aws-weight',
    }),
    step('Open Aurora', 'Probe', {
      comment: 'Authority changes here: before it everything is undone, after it nothing.',
      step: 'open',
      given: { to: 'aurora' },
    }),
    step('Probe', 'Release lease', {
      comment: 'A payment that is booked, and seen on both sides.',
      step: 'probe',
    }),
  );
}

/** What becomes of a failure inside the freeze: the item says on which side of the commit point it lies. */
function afterFailure(tasks: Tasks) {
  const goOn = (next: string): Route => ({ caught: next, answered: next, field: '$.trouble' });
  const page = (name: string, subject: string) =>
    tasks.notify(name, 'page', subject, 'Release after failure', '$.failure');
  return together(
    tasks.step('Settle failure', {
      step: 'settle-failure',
      on: { undo: 'Undo', stay: 'Complete opening', overtaken: OVERTAKEN },
      otherwise: goOn('Page unsettled'),
      retry: 'persistent',
    }),
    tasks.step('Undo', {
      comment: 'In reverse order: reverse replication stopped, its slot dropped, forward again, on-premises opened.',
      step: 'abandon-freeze',
      on: { done: 'Page undone' },
      otherwise: goOn('Page frozen'),
      frozen: true,
      retry: 'persistent',
    }),
    tasks.step('Complete opening', {
      comment: 'The item may say Aurora where its row is still closed: then nobody could write.',
      step: 'open',
      given: { to: 'aurora' },
      on: { done: 'Page after the switch' },
      otherwise: goOn('Page half open'),
      frozen: true,
      retry: 'persistent',
    }),
    page('Page undone', 'the cutover failed and was undone: on-premises has the right to write'),
    page(
      'Page frozen',
      'the cutover failed and could not be undone: both databases stay frozen; start rollback (or resume)',
    ),
    page(
      'Page unsettled',
      'the cutover failed, and whether authority has changed cannot be told: look at the state, then start rollback',
    ),
    page(
      'Page after the switch',
      'the cutover failed after Aurora got the right to write: it keeps it; start rollback to go back',
    ),
    page(
      'Page half open',
      'Aurora has the right to write but could not be opened: nothing is written; start rollback to go back',
    ),
    tasks.release('Release after failure', 'Failed'),
    { Failed: FAILED },
  );
}
