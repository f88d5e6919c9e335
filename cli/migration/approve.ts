import type { MigrationRecord } from '../../lambda/shared/authority/migration-authority';
import type { Statement } from '../../lambda/shared/migration/approvals';
import { DynamoDbStatements } from '../../lambda/shared/migration/dynamodb-statements';
import { type Caller, requireCaller } from './account';
import { confirm } from './confirm';
import type { Operation } from './dependencies';
import { MigrationRefused } from './errors';
import { Executions, type RunningExecution } from './executions';
import { predictionText } from './prediction';
import type { Request } from './request';
import { estimateText } from './status/estimate-text';
import { progressAgeText, progressText } from './status/progress-text';
import { known, readStatus, type Status } from './status/read-status';
import { headline } from './status/status-text';
import { listText, sinceText } from './text';

export interface ApproveOptions {
  readonly comment?: string;
  /** Whether nobody is asked to confirm. */
  readonly yes: boolean;
}

const NOT_APPROVED = 'not approved';
/** The machines that wait for approvals of the whole execution. */
const APPROVED = ['cutover', 'resume'];

/**
 * Approves a request under the caller's own id, after showing what is approved.
 * @throws MigrationRefused with everything that speaks against it; nothing was written
 */
export async function approve(operation: Operation, request: Request, options: ApproveOptions): Promise<void> {
  const { target, clients, say, now } = operation;
  const caller = await requireCaller(operation, NOT_APPROVED);
  const statements = new DynamoDbStatements(clients.dynamodb, target.stateTable);
  const [said, status] = await Promise.all([statements.about(request.text), readStatus(operation)]);
  const execution = known(status.running)?.find(({ name }) => name === request.execution);
  const problems = [
    ...executionProblems(request, status, execution),
    ...(request.pausedSince === undefined
      ? requestProblems(said, caller, target.requireSecondPerson)
      : pauseProblems(request, status)),
    ...said
      .filter(({ kind }) => kind === 'refusal')
      .map(({ userId }) => `nobody must have refused ${request.text}, got ${userId}`),
  ];
  if (execution === undefined || problems.length > 0) throw new MigrationRefused(NOT_APPROVED, problems);
  for (const line of await shown(operation, request, { said, status, execution })) say(line);
  const own = said.find(({ kind, userId }) => kind === 'approval' && userId === caller.userId);
  if (own !== undefined) {
    say(`You approved it ${sinceText(own.at, now())} ago; nothing was changed.`);
    return;
  }
  if (!options.yes) await confirm(operation, NOT_APPROVED, 'add --yes');
  const comment = options.comment === undefined ? {} : { comment: options.comment };
  await statements.make({ userId: caller.userId, request: request.text, kind: 'approval', at: now(), ...comment });
  say(`APPROVED ${request.text}, as ${caller.userId}`);
  say(`look: npm run migration -- status --environment ${target.environment} --watch`);
}

function executionProblems(
  { execution: name }: Request,
  { running }: Status,
  execution: RunningExecution | undefined,
): readonly string[] {
  if ('problem' in running) return [`it must be known what runs: ${running.problem}`];
  if (execution !== undefined) return [];
  const others = running.value.map((each) => each.name);
  return [`${name} must be an execution that runs, got ${listText(others, 'none that runs')}`];
}

function requestProblems(
  said: readonly Statement[],
  { userId }: Caller,
  requireSecondPerson: boolean,
): readonly string[] {
  const requests = said.filter(({ kind }) => kind === 'request');
  if (requests.length === 0) return ['somebody must have asked for it with npm run migration -- start, got no request'];
  return requireSecondPerson && requests.some((request) => request.userId === userId)
    ? [`somebody else than who asked must approve, got your own request (${userId})`]
    : [];
}

function pauseProblems({ text, execution, pausedSince }: Request, { progress }: Status): readonly string[] {
  if ('problem' in progress) return [`it must be known what is paused: ${progress.problem}`];
  const { value: now } = progress;
  if (now?.execution.endsWith(`:${execution}`) === true && now.since === pausedSince) return [];
  return [
    `${text} must be the pause that lasts, got another step: ${now === undefined ? 'nothing ran yet' : progressText(now)}`,
  ];
}

interface Found {
  readonly said: readonly Statement[];
  readonly status: Status;
  readonly execution: RunningExecution;
}

/** What is approved, as it stands now. */
async function shown(operation: Operation, request: Request, { said, status, execution }: Found) {
  const { at, progress, authority } = status;
  const now = known(progress);
  const asked = said.find(({ kind }) => kind === 'request');
  return [
    `${execution.machine} ${request.text}`,
    `  now         ${headline(status)}`,
    `  effect      ${effectOf(request, execution, known(authority))}`,
    ...(asked === undefined
      ? []
      : [`  asked by    ${asked.userId}, ${sinceText(asked.at, at)} ago: ${asked.comment ?? 'no reason given'}`]),
    ...(now === undefined ? [] : [`  progress    ${progressText(now)} (${progressAgeText(now, at)})`]),
    ...(execution.machine === 'cutover' && request.pausedSince === undefined
      ? [
          `  prediction  ${await predictionText(new Executions(operation.clients.sfn, operation.target), execution.arn)}`,
        ]
      : []),
    `  way back    ${estimateText(status.estimate, at, known(authority))}`,
    ...said
      .filter(({ kind }) => kind === 'approval')
      .map(({ userId, comment }) => `  approved by ${userId}${comment === undefined ? '' : `: ${comment}`}`),
  ];
}

function effectOf(
  { pausedSince }: Request,
  { machine }: RunningExecution,
  record: MigrationRecord | undefined,
): string {
  if (pausedSince !== undefined) return 'the new weights are watched once more from the beginning';
  if (machine === 'cutover') return 'both databases are frozen, then Aurora gets the right to write';
  if (machine === 'resume')
    return `${record?.frozenFrom ?? 'the side it was frozen from'} gets the right to write back`;
  return `none: only ${APPROVED.join(' and ')} wait for approvals`;
}
