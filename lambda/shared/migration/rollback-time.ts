import type { Freeze, MigrationRecord } from '../authority/migration-authority';
import type { Direction, ReplicationStatus } from '../replication/replication';
import { type RollbackDurations, ROLLBACK_TERMS, type RollbackTermName, TERM_SOURCES } from './rollback-durations';

/** What the rollback's time is told from. */
export interface RollbackSituation {
  readonly record: Pick<MigrationRecord, 'authority' | 'frozenFrom' | 'freeze' | 'change'>;
  /** How replication stands, of the directions that `statusesNeeded` names. @default it could not be asked */
  readonly status: Readonly<Partial<Record<Direction, ReplicationStatus>>>;
  readonly durations: RollbackDurations;
  /** Where durations come from that do not come from where they usually do. @default TERM_SOURCES of each */
  readonly sources?: Readonly<Partial<Record<RollbackTermName, string>>>;
  /** How long the way back is kept after authority went to Aurora. */
  readonly rollbackWindowHours: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A part of the time, and where its number comes from. */
export interface RollbackTerm {
  readonly name: RollbackTermName;
  readonly seconds: number;
  readonly source: string;
}

/**
 * How long going back would take.
 * `bounded`: the sum of its terms; `unbounded`: it would not end by itself, for the reasons given; `unknown`: a term cannot be
 * told now; `ended`: the way back was given up after its window. Terms that are known are there in each case.
 */
export type RollbackTime =
  | { readonly bound: 'bounded'; readonly seconds: number; readonly terms: readonly RollbackTerm[] }
  | {
      readonly bound: 'unbounded' | 'unknown' | 'ended';
      readonly reasons: readonly string[];
      readonly terms: readonly RollbackTerm[];
    };

/** What is published where no number is right because it would not end: a day. Nothing that is published is more. */
export const WORST_SECONDS = 86_400;

const HOUR_MS = 3_600_000;

const TRAFFIC = ['dns-change', 'record-ttl'] as const;

/**
 * How long it takes from the start of a rollback until on-premises has the right to write and every cache sends requests there.
 *
 * - `on-prem`: data never left. The weights are changed, and what others have cached ends.
 * - `aurora`: Aurora is closed, reverse drained, both sides compared and made ready, reverse stopped, forward armed, on-premises
 *   opened; then the weights.
 * - frozen from Aurora: what of that is not noted as done yet.
 * - frozen from on-premises: the freeze is undone, which is short unless reverse was armed already; then the weights.
 *
 * What is on its way when a rollback begins goes on beside it: the terms are added up, so the sum is rather too long.
 */
export function rollbackTime(situation: RollbackSituation): RollbackTime {
  const { authority, frozenFrom } = situation.record;
  const { now, rollbackWindowHours: hours } = situation;
  if (authority === 'frozen' && frozenFrom === undefined) {
    return {
      bound: 'unbounded',
      reasons: ['the authority item is frozen and does not say from where: somebody must decide'],
      terms: termsOf(TRAFFIC, situation.durations),
    };
  }
  if (authority === 'aurora' && isGivenUp(situation, now, hours)) {
    return { bound: 'ended', reasons: [`the way back was removed after its window of ${hours} hours`], terms: [] };
  }
  const { names, drains } = remaining(situation);
  const lag = drains === undefined ? {} : { lag: situation.status[drains]?.lagSeconds };
  const terms = termsOf(names, { ...situation.durations, ...lag }, situation.sources);
  if (drains !== undefined) {
    const status = situation.status[drains];
    if (status === undefined) return unknown(`how replication ${drains} stands could not be asked`, terms);
    const obstacles = obstaclesTo(drains, status);
    if (obstacles.length > 0) return { bound: 'unbounded', reasons: obstacles, terms };
    if (status.lagSeconds === undefined) return unknown(`how far ${drains} is behind cannot be told`, terms);
  }
  return { bound: 'bounded', seconds: terms.reduce((sum, { seconds }) => sum + seconds, 0), terms };
}

/** What the metric says. @returns nothing where nothing is known, or nothing is promised any more */
export function publishedSeconds(time: RollbackTime): number | undefined {
  if (time.bound === 'bounded') return Math.min(time.seconds, WORST_SECONDS);
  return time.bound === 'unbounded' ? WORST_SECONDS : undefined;
}

/** The direction that carries what is written now to the other side: how far it is behind is what a loss would cost. */
export function liveDirection({
  authority,
  frozenFrom,
  freeze,
}: Pick<MigrationRecord, 'authority' | 'frozenFrom' | 'freeze'>): Direction | undefined {
  const side = authority === 'frozen' ? frozenFrom : authority;
  if (side === undefined) return undefined;
  return (authority === 'frozen' ? freeze?.drains : undefined) ?? (side === 'on-prem' ? 'forward' : 'reverse');
}

/** The directions that have to be asked: the live one; in a rollback's freeze also the one that is armed. */
export function statusesNeeded(record: Pick<MigrationRecord, 'authority' | 'frozenFrom' | 'freeze'>): Direction[] {
  const live = liveDirection(record);
  if (live === undefined) return [];
  return record.authority === 'frozen' && record.freeze?.armedAt !== undefined && live === 'reverse'
    ? ['reverse', 'forward']
    : [live];
}

interface Remaining {
  readonly names: readonly RollbackTermName[];
  /** What has to be drained still. @default nothing */
  readonly drains?: Direction;
}

function remaining({ record, status }: RollbackSituation): Remaining {
  const { authority, frozenFrom, freeze = {} } = record;
  if (authority === 'on-prem') return { names: TRAFFIC };
  if (authority === 'frozen' && frozenFrom === 'on-prem') return { names: [...undoing(freeze), 'open', ...TRAFFIC] };
  return goingOn(authority === 'frozen' ? freeze : {}, status.forward);
}

/** Undoing waits until the armed direction has stopped; and for the drained one only where that needs a fresh slot. */
const undoing = ({ armedSlot, restoringAt }: Partial<Freeze>): readonly RollbackTermName[] => [
  ...(armedSlot === undefined ? [] : (['stop'] as const)),
  ...(restoringAt === undefined ? [] : (['arm'] as const)),
];

/** What was noted is not done again; but what was stopped and armed is, where somebody has begun to undo the freeze. */
function goingOn(freeze: Partial<Freeze>, forward: ReplicationStatus | undefined): Remaining {
  const undone = freeze.abandonedBy !== undefined;
  const drained = freeze.drainedAt !== undefined;
  const prepared = freeze.sequencesAt !== undefined && freeze.constraintsAt !== undefined;
  const armed =
    !undone && freeze.armedAt !== undefined && forward?.state === 'running' && forward.problems.length === 0;
  const done: Readonly<Partial<Record<RollbackTermName, boolean>>> = {
    close: freeze.closedLsn !== undefined,
    lag: drained,
    drain: drained,
    verify: freeze.verifiedAt !== undefined,
    prepare: prepared,
    stop: !undone && freeze.stoppedAt !== undefined,
    arm: armed,
  };
  const names = ROLLBACK_TERMS.filter((name) => done[name] !== true);
  return drained ? { names } : { names, drains: 'reverse' };
}

/** The rollback's drain refuses to rely on such a direction: it would stay frozen, and call people. */
const obstaclesTo = (direction: Direction, { state, problems }: ReplicationStatus): readonly string[] => [
  ...(state === 'running' ? [] : [`replication ${direction} must run to be drained, got ${state}`]),
  ...problems,
];

/** After the window, and without anything that reverse could go on from. */
function isGivenUp({ record, status }: RollbackSituation, now: number, hours: number): boolean {
  const since = record.change?.at;
  return since !== undefined && now >= since + hours * HOUR_MS && status.reverse?.state === 'absent';
}

const unknown = (reason: string, terms: readonly RollbackTerm[]): RollbackTime => ({
  bound: 'unknown',
  reasons: [reason],
  terms,
});

function termsOf(
  names: readonly RollbackTermName[],
  seconds: Readonly<Partial<Record<RollbackTermName, number>>>,
  sources: RollbackSituation['sources'] = {},
): readonly RollbackTerm[] {
  return names.flatMap((name) => {
    const known = seconds[name];
    return known === undefined ? [] : [{ name, seconds: known, source: sources[name] ?? TERM_SOURCES[name] }];
  });
}
