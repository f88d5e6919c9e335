/*
 * Gates: what must hold before the migration goes on. Each gives one sentence for everything that speaks against it, with the
 * value that was read, the limit, and what to do; none: it holds. What cannot be told never holds.
 */
import type { MigrationRecord } from '../../shared/authority/migration-authority';
import type { WriterRow } from '../../shared/fence/fence';
import type { Replication, ReplicationStatus } from '../../shared/replication/replication';
import type { Weights } from '../../shared/traffic/traffic';
import { weightsText } from '../../shared/traffic/weights';
import type { SafetyReading } from '../ports/alarms';
import type { ComparisonRun } from '../ports/comparison-runs';
import type { ReleaseState } from '../ports/release';
import { COMPARISON_AGE_HOURS, FREEZE_FIXED_SECONDS } from '../settings';

export type Reasons = readonly string[];

const none: Reasons = [];

export function authorityGate({ authority, epoch, frozenFrom }: MigrationRecord): Reasons {
  if (authority === 'on-prem') return none;
  const got = authority === 'frozen' && frozenFrom !== undefined ? `frozen from ${frozenFrom}` : authority;
  const advice = authority === 'frozen' ? 'run resume or rollback first' : 'the data is switched already; run rollback';
  return [`authority must be on-prem, got ${got} (epoch ${epoch}); ${advice}`];
}

export function replicationGate({ state, lagSeconds, problems }: ReplicationStatus, maxLagSeconds: number): Reasons {
  return [
    ...(state === 'running'
      ? none
      : [
          `replication forward must be running, got ${state}; start the machine replicate, or see why the task stopped`,
        ]),
    ...lagReasons(lagSeconds, maxLagSeconds),
    ...problems.map((problem) => `replication forward must have no problem, got: ${problem}`),
  ];
}

function lagReasons(lagSeconds: number | undefined, most: number): Reasons {
  const must = `the lag of replication forward must be at most ${most} s`;
  if (lagSeconds === undefined) return [`${must}, got no value; wait until replication reports one`];
  return lagSeconds <= most
    ? none
    : [`${must}, got ${lagSeconds} s; wait until it has caught up, or see what holds it`];
}

export function assessmentGate({
  verdict,
  reasons,
  report,
}: {
  readonly verdict: string;
  readonly reasons: Reasons;
  readonly report: string;
}): Reasons {
  if (verdict === 'ready') return none;
  return [`the assessment must be ready, got ${verdict}; remove what ${report} lists`, ...reasons];
}

export function releaseGate({ blue, green, moving, health }: ReleaseState): Reasons {
  const versions =
    blue === undefined || green === undefined
      ? [
          `the payment API must have the aliases blue and green, got no ${blue === undefined ? 'blue' : 'green'}; deploy the environment`,
        ]
      : blue === green
        ? none
        : [
            `the running release must be promoted, got version ${blue} as blue and ${green} as green; run npm run promote, or deploy what blue is`,
          ];
  return [
    ...versions,
    ...(moving
      ? ['the aliases of the payment API must name one version each, got two; wait until Lambda has moved them']
      : []),
    ...(health === 'ok'
      ? none
      : [
          health === 'alarm'
            ? 'the running release must be healthy, got ALARM from the load balancer; see the alarm alb-unhealthy-target in docs/runbook.md'
            : 'the running release must be healthy, got no data from the load balancer; wait until its health checks report',
        ]),
  ];
}

/**
 * What the composite alarm and its children say together. Where some have no data, the composite's word alone is not enough.
 * @param traffic whether AWS should have some: then data that only traffic makes must be there too
 */
export function safetyOf(
  { composite, children }: SafetyReading,
  traffic: boolean,
): {
  readonly verdict: 'ok' | 'breach' | 'no-data';
  readonly reasons: Reasons;
} {
  const all = [composite, ...children];
  const breaching = all.filter(({ verdict }) => verdict === 'alarm');
  const silent = all.filter(({ verdict }) => verdict === 'no-data');
  const idle = traffic ? all.filter(({ verdict }) => verdict === 'no-traffic') : [];
  const reasons = [
    ...breaching.map(({ name }) => `the alarm ${name} must be OK, got ALARM; see docs/runbook.md`),
    ...silent.map(
      ({ name }) => `the alarm ${name} must be OK, got no data (INSUFFICIENT_DATA); see why its metric is missing`,
    ),
    ...idle.map(
      ({ name }) =>
        `the alarm ${name} must be OK with data, got OK without any in 15 minutes; see why AWS gets no traffic`,
    ),
    ...(children.length === 0 ? [`the alarm ${composite.name} must have children, got none: it says nothing`] : []),
  ];
  return { verdict: breaching.length > 0 ? 'breach' : reasons.length > 0 ? 'no-data' : 'ok', reasons };
}

/** The step before one of the shares that traffic goes through; 0 before the first. */
export function stepBefore(to: number, steps: readonly number[]): number | undefined {
  const at = steps.indexOf(to);
  return at < 0 ? undefined : (steps[at - 1] ?? 0);
}

/** @param expected percent of AWS. @param what it is, for instance `the step before 50` */
export function weightsGate(weights: Weights, expected: number, what: string): Reasons {
  const onPrem = 100 - expected;
  if (weights.aws === expected && weights['on-prem'] === onPrem) return none;
  return [
    `the weights must be aws ${expected}, on-prem ${onPrem} (${what}), got ${weightsText(weights)}; go through the steps in order`,
  ];
}

/** The rows of both databases must be what authority on-premises means. */
export function fenceGate(rows: readonly WriterRow[]): Reasons {
  return rows.flatMap(({ side, writable, epoch }) =>
    writable === (side === 'on-prem')
      ? []
      : [
          `the database of ${side} must be ${writable ? 'closed' : 'open'}, got ${writable ? 'open' : 'closed'} at epoch ${epoch}; run rollback, which puts it right`,
        ],
  );
}

/** @param name of the comparison that the delta builds on */
export function comparisonGate(run: ComparisonRun | undefined, name: string, now: number): Reasons {
  const what = `the comparison ${name}`;
  if (run === undefined) return [`${what} must be equal, got none; start the machine comparison`];
  const { result, detail, endedAt } = run;
  if (result !== 'equal') {
    const found = detail === undefined ? '' : ` (${detail})`;
    return [`${what} must be equal, got ${result}${found}; put right what it found, and compare again`];
  }
  const hours = endedAt === undefined ? Infinity : (now - endedAt) / 3_600_000;
  return hours <= COMPARISON_AGE_HOURS
    ? none
    : [
        `${what} must be at most ${COMPARISON_AGE_HOURS} hours old, got ${Number.isFinite(hours) ? `${Math.floor(hours)} hours` : 'no end'}; compare again`,
      ];
}

/** How long the freeze will take, in seconds: the drain, what is fixed, and the verification. */
export const predictedFreezeSeconds = (
  kind: Replication['kind'],
  lagSeconds: number | undefined,
  verificationSeconds: number,
): number => Math.ceil((lagSeconds ?? 0) + FREEZE_FIXED_SECONDS[kind] + verificationSeconds);

export function budgetGate(
  { seconds, refusal }: { readonly seconds: number; readonly refusal?: string | undefined },
  predictedSeconds: number,
  budgetSeconds: number,
): Reasons {
  return [
    ...(predictedSeconds <= budgetSeconds
      ? none
      : [
          `the freeze must take at most ${budgetSeconds} s (cutover.freezeBudgetSeconds), got a prediction of ${predictedSeconds} s, ${Math.ceil(seconds)} s of it to verify; compare again for a later base, or declare more tables append-only`,
        ]),
    ...(refusal === undefined
      ? none
      : [`the verification must be able to build on the comparison, got: ${refusal}; compare again`]),
  ];
}

/** PostgreSQL's own replication is set up when it is armed; a task of DMS takes minutes to make, and so must be there. */
export function reverseGate({ state }: ReplicationStatus, kind: Replication['kind']): Reasons {
  if (state === 'stopped' || (state === 'absent' && kind === 'native')) return none;
  return [
    state === 'absent'
      ? 'the task of replication reverse must exist and be stopped, got none; deploy it before the cutover'
      : `replication reverse must be stopped, got ${state}; both directions never run together: stop it`,
  ];
}
