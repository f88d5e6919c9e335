import * as z from 'zod/mini';
import type { ReplicationStatus } from '../../shared/replication/replication';
import type { ControlDependencies } from '../dependencies';
import { assessmentGate, authorityGate } from '../gates/gates';
import { ASSESSMENT, readGiven } from '../given';
import { REPLICATION_SECONDS } from '../settings';
import type { Step, StepAnswer, StepContext } from '../step';
import { overdue } from '../waiting';
import { done } from './answers';
import { judged, refusedFor, wait } from './judged';
import { STATUS_MS, unlessBusy } from './replication-waits';
import { Round } from './round';

const GIVEN_ASSESSMENT = z.object({ assessment: ASSESSMENT });

/** Stops before anything is copied where the assessment found what would be lost, or could not look. */
export const judgeAssessment: Step<Record<never, never>> = (_dependencies, context) =>
  Promise.resolve(judged('replicating', assessmentGate(readGiven(GIVEN_ASSESSMENT, context).assessment)));

type Starting = Pick<ControlDependencies, 'authority' | 'fence' | 'replication' | 'clock'>;

/** Begins copying everything forward. Never into a database that may be written. */
export const startLoad: Step<Starting> = (dependencies, context) =>
  start(dependencies, context, {
    what: 'the full load',
    already: ['starting', 'loading', 'load-stopped', 'running'],
    begin: ({ replication }) => replication.startLoad(),
  });

/** Goes on with forward replication, after the load or after it was stopped. */
export const resumeForward: Step<Starting> = (dependencies, context) =>
  start(dependencies, context, {
    what: 'resuming replication forward',
    already: ['starting', 'running'],
    begin: ({ replication }) => replication.resume('forward'),
  });

interface Start {
  readonly what: string;
  /** States in which it was begun already. */
  readonly already: readonly ReplicationStatus['state'][];
  readonly begin: (dependencies: Starting) => Promise<void>;
}

async function start(
  dependencies: Starting,
  context: StepContext,
  { what, already, begin }: Start,
): Promise<StepAnswer> {
  const { authority, fence, replication, clock } = dependencies;
  const { executor } = context;
  await authority.confirm(executor);
  const [record, forward, reverse] = await Promise.all([
    authority.record(),
    replication.status('forward'),
    replication.status('reverse'),
  ]);
  const reasons = [
    ...authorityGate(record),
    ...(forward.state === 'absent' && replication.kind === 'dms'
      ? ['the task of replication forward must exist, got none; deploy it before the migration begins']
      : []),
    ...(['absent', 'stopped'].includes(reverse.state)
      ? []
      : [`replication reverse must be stopped, got ${reverse.state}; both directions never run together: stop it`]),
  ];
  if (reasons.length > 0) return refusedFor(what, reasons);
  if (already.includes(forward.state))
    return done(`${what} was begun already: replication forward is ${forward.state}`);
  await authority.confirm(executor);
  await fence.admitReplication('aurora', executor.token, true);
  const begun = await new Round(clock, context).until(async () => {
    await authority.confirm(executor);
    return (await unlessBusy(() => begin(dependencies))) ? true : undefined;
  }, STATUS_MS[replication.kind]);
  if (begun === true) return done(`${what} is begun`);
  return refusedFor(what, [
    'replication forward must not be on its way to another state, got no end of that within this call; see the log of its task, and start replicate again',
  ]);
}

type Awaiting = Pick<ControlDependencies, 'replication' | 'progress' | 'clock' | 'settings'>;

/** Waits until everything is copied and replication has stopped for indexes and keys to be built. */
export const awaitLoad: Step<Awaiting> = async (dependencies, context) => {
  const status = await dependencies.replication.status('forward');
  const { state, rows, problems } = status;
  const copied = rows === undefined ? '' : `, ${rows.copied} of about ${rows.estimated} rows`;
  const data = rows === undefined ? {} : { rows };
  if (state === 'load-stopped' || state === 'running') {
    return problems.length === 0
      ? done(`everything is copied${copied}`, data)
      : refusedFor('the full load', problems, data);
  }
  if (state !== 'starting' && state !== 'loading') {
    return refusedFor(
      'the full load',
      [`replication forward must be loading, got ${state}; see the log of its task`, ...problems],
      data,
    );
  }
  const limit = { seconds: dependencies.settings.loadHours * 3600, what: 'the end of the full load' };
  return (await overdue(dependencies, context, limit)) ?? wait(`replication forward is ${state}${copied}`, data);
};

/** Waits until replication forward runs and is close behind. */
export const awaitRunning: Step<Awaiting> = async (dependencies, context) => {
  const { replication, settings } = dependencies;
  const { state, lagSeconds, problems } = await replication.status('forward');
  const data = lagSeconds === undefined ? {} : { lagSeconds };
  if (problems.length > 0) return refusedFor('relying on replication forward', problems, data);
  if (state === 'running' && lagSeconds !== undefined && lagSeconds <= settings.maxLagSeconds) {
    return done(`replication forward is running, ${lagSeconds} s behind`, data);
  }
  if (state === 'absent' || state === 'failed') {
    return refusedFor('relying on replication forward', [
      `replication forward must be running, got ${state}; see the log of its task`,
    ]);
  }
  const limit = {
    seconds: REPLICATION_SECONDS,
    what: `replication forward running at most ${settings.maxLagSeconds} s behind`,
  };
  const lag = lagSeconds === undefined ? 'its lag is not known yet' : `${lagSeconds} s behind`;
  return (await overdue(dependencies, context, limit)) ?? wait(`replication forward is ${state}, ${lag}`, data);
};
