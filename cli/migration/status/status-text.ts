import { isDeepStrictEqual } from 'node:util';
import type { Freeze, MigrationRecord } from '../../../lambda/shared/authority/migration-authority';
import { clearanceText } from '../../../lambda/shared/traffic/clearance-bounds';
import { weightsText } from '../../../lambda/shared/traffic/weights';
import { executionName } from '../target';
import { clockText, listText, momentText, sinceText } from '../text';
import { estimateText } from './estimate-text';
import { progressAgeText, progressText, waitingText } from './progress-text';
import { known, type Reading, type Status } from './read-status';

/** How wide the names of the parts are. */
const WIDTH = 11;

/** The status for people: what matters most is the first line, what they must do the second. */
export function statusLines(status: Status): readonly string[] {
  return [
    headline(status),
    ...toDo(status).map((line) => `>>> ${line}`),
    '',
    ...part('authority', authorityLines(status)),
    ...part('lease', leaseLines(status)),
    ...part('progress', progressLines(status)),
    ...part('running', runningLines(status)),
    ...part(
      'traffic',
      orProblem(status.weights, (weights) => [`${weightsText(weights)} (percent)`]),
    ),
    ...part('clearance', clearanceLines(status)),
    ...part('rollback', [estimateText(status.estimate, status.at, known(status.authority))]),
    ...part('read', [momentText(status.at)]),
  ];
}

/** Who may write, and who gets the requests. */
export function headline({ environment, authority, weights }: Status): string {
  const split = known(weights);
  const traffic = split === undefined ? 'traffic not known' : `AWS gets ${split.aws} % of the traffic`;
  return `${environment}: ${'problem' in authority ? 'WHO MAY WRITE COULD NOT BE READ' : mayWrite(authority.value)} | ${traffic}`;
}

function mayWrite({ authority, frozenFrom }: MigrationRecord): string {
  if (authority === 'on-prem') return 'ON-PREMISES MAY WRITE';
  if (authority === 'aurora') return 'AURORA MAY WRITE';
  return `FROZEN${frozenFrom === undefined ? '' : ` from ${frozenFrom}`}: NOBODY MAY WRITE, payments are accepted and wait`;
}

function toDo({ environment, progress, running, authority }: Status): readonly string[] {
  const now = known(progress);
  const executions = known(running);
  // Where it cannot be told what runs, what was said last stands.
  const isCurrent = executions?.some(({ arn }) => arn === now?.execution) ?? true;
  if (isCurrent && now?.waitingFor !== undefined) return [waitingText(now.waitingFor, environment)];
  if (executions?.length === 0 && known(authority)?.authority === 'frozen') {
    return [
      `nothing runs that ends the freeze: npm run migration -- rollback --environment ${environment} --reason "..." (or start resume)`,
    ];
  }
  return [];
}

function authorityLines({ authority, at }: Status): readonly string[] {
  return orProblem(authority, ({ authority: side, epoch, frozenFrom, change, freeze }) => [
    `${side}${frozenFrom === undefined ? '' : ` (from ${frozenFrom})`}, epoch ${epoch}`,
    ...(change === undefined
      ? ['as it was created']
      : [
          `since ${momentText(change.at)} (${sinceText(change.at, at)}), by ${change.by}: ${change.reason}`,
          executionName(change.execution),
        ]),
    ...(freeze === undefined ? [] : [freezeText(freeze, at)]),
  ]);
}

const FREEZE_STEPS = [
  ['closedLsn', 'closed'],
  ['drainedAt', 'drained'],
  ['verifiedAt', 'verified'],
  ['sequencesAt', 'sequences'],
  ['constraintsAt', 'constraints'],
  ['stoppedAt', 'stopped'],
  ['armedAt', 'way back armed'],
  ['abandonedBy', 'BEING UNDONE'],
] as const satisfies readonly (readonly [keyof Freeze, string])[];

function freezeText(freeze: Freeze, now: number): string {
  const done = FREEZE_STEPS.filter(([part]) => freeze[part] !== undefined).map(([, text]) => text);
  return `frozen for ${sinceText(freeze.startedAt, now)}, drains ${freeze.drains}; done: ${listText(done, 'nothing yet')}`;
}

function leaseLines({ authority, running, at }: Status): readonly string[] {
  return orProblem(authority, ({ lease, lastToken }) => {
    if (lease === undefined) return [`nobody has it (last token ${lastToken})`];
    const executions = known(running);
    const ended = executions?.some(({ arn }) => arn === lease.execution) === false;
    return [
      `${executionName(lease.execution)}, token ${lease.token}, for ${sinceText(lease.takenAt, at)}${ended ? '; ended without giving it back: the next one takes it' : ''}`,
    ];
  });
}

/** The item says what it shall be, the parameter what Terraform goes by. */
function clearanceLines({ clearance, authority }: Status): readonly string[] {
  const wanted = known(authority)?.clearance;
  const lines = orProblem(clearance, (found) => [clearanceText(found)]);
  if (wanted === undefined || isDeepStrictEqual(wanted, known(clearance))) return lines;
  return [...lines, `shall be: ${clearanceText(wanted)}; the guard makes it so within a minute`];
}

function progressLines({ progress, at }: Status): readonly string[] {
  return orProblem(progress, (now) =>
    now === undefined
      ? ['nothing ran yet']
      : [progressText(now), `${executionName(now.execution)}, ${progressAgeText(now, at)}`],
  );
}

function runningLines({ running, at }: Status): readonly string[] {
  return orProblem(running, (executions) =>
    executions.length === 0
      ? ['nothing']
      : executions.map(({ name, startedAt }) =>
          startedAt === undefined ? name : `${name}, since ${clockText(startedAt)} (${sinceText(startedAt, at)})`,
        ),
  );
}

function orProblem<Value>(reading: Reading<Value>, lines: (value: Value) => readonly string[]): readonly string[] {
  return 'problem' in reading ? [`COULD NOT BE READ: ${reading.problem}`] : lines(reading.value);
}

const part = (name: string, [first = '', ...more]: readonly string[]): readonly string[] => [
  `${name.padEnd(WIDTH)}${first}`,
  ...more.map((line) => `${' '.repeat(WIDTH)}${line}`),
];
