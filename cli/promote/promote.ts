import { type LambdaClient, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import type { STSClient } from '@aws-sdk/client-sts';
import { errorName } from '../shared/aws-errors';
import type { Say, Sleep } from '../shared/command';
import { identify } from '../shared/identity';
import { PromotionRefused, PromotionUnfinished } from './errors';
import { type AliasState, readAlias, readConcurrency, readVersion } from './release-state';

/** What to promote. */
export interface PromotionInput {
  /** The account in which the function must be. */
  readonly accountName: string;
  readonly accountId: string;
  readonly functionName: string;
}

/** What a promotion needs from outside. */
export interface PromotionDependencies {
  readonly sts: STSClient;
  readonly lambda: LambdaClient;
  readonly sleep: Sleep;
  /** Takes one line for the operator. */
  readonly say: Say;
}

/** What a promotion led to. */
export interface PromotionResult {
  /** What became of blue: `planned` in a dry run, `unchanged` where it was what green is already. */
  readonly outcome: 'promoted' | 'planned' | 'unchanged';
  readonly from: string;
  readonly to: string;
}

const POLL_SECONDS = 5;
/** Lambda needs minutes to initialize many environments. */
const MAX_POLLS = 180;

/**
 * Makes `blue` the version that `green` is, and waits until it is ready to serve. May be interrupted and run again: a second
 * run waits for what the first began, and otherwise changes nothing.
 * @throws PromotionRefused when it must not begin; nothing was changed
 * @throws PromotionUnfinished when blue names the new version, but it is not ready
 */
export async function promote(
  input: PromotionInput,
  dependencies: PromotionDependencies,
  { dryRun }: { readonly dryRun: boolean },
): Promise<PromotionResult> {
  const { say, lambda } = dependencies;
  await requireAccount(input, dependencies);
  const { blue, green } = await readAliases(input, lambda);
  const [oldCode, newCode] = await Promise.all([
    readVersion(lambda, input.functionName, blue.version),
    readVersion(lambda, input.functionName, green.version),
  ]);
  say(`blue   version ${blue.version} (code ${oldCode.codeSha256})`);
  say(`green  version ${green.version} (code ${newCode.codeSha256})`);

  const versions = { from: blue.version, to: green.version };
  if (blue.version === green.version) {
    say(`blue already is version ${green.version}: nothing to change.`);
    if (!dryRun) await waitUntilReady(input, dependencies, green.version);
    return { outcome: 'unchanged', ...versions };
  }
  await requireReady(input, lambda, { blue, green }, newCode);
  if (dryRun) {
    say(`blue would become version ${green.version}. Dry run: nothing was changed.`);
    return { outcome: 'planned', ...versions };
  }
  await move(input, lambda, blue, green);
  say(`blue is now version ${green.version}; it was version ${blue.version}.`);
  // Right after the change the former version's environments may still be reported.
  await dependencies.sleep(POLL_SECONDS);
  await waitUntilReady(input, dependencies, green.version);
  return { outcome: 'promoted', ...versions };
}

async function requireAccount(
  { accountName, accountId }: PromotionInput,
  { sts, say }: PromotionDependencies,
): Promise<void> {
  const identity = await identify(sts, accountName, accountId);
  if ('problem' in identity) throw new PromotionRefused([identity.problem]);
  say(`Account ${accountName} (${accountId}), as ${identity.arn}`);
}

interface Aliases {
  readonly blue: AliasState;
  readonly green: AliasState;
}

async function readAliases({ functionName }: PromotionInput, lambda: LambdaClient): Promise<Aliases> {
  const [blue, green] = await Promise.all([
    readAlias(lambda, functionName, 'blue'),
    readAlias(lambda, functionName, 'green'),
  ]);
  if (blue !== undefined && green !== undefined) return { blue, green };
  const missing = [...(blue === undefined ? ['blue'] : []), ...(green === undefined ? ['green'] : [])];
  throw new PromotionRefused([
    `function ${functionName} must have the aliases blue and green, got no ${missing.join(' and no ')}; deploy the environment first`,
  ]);
}

/** Every reason at once why blue must not become what green is now. */
async function requireReady(
  { functionName }: PromotionInput,
  lambda: LambdaClient,
  { blue, green }: Aliases,
  newCode: { readonly state: string; readonly reason: string | undefined },
): Promise<void> {
  const concurrency = await readConcurrency(lambda, functionName, 'green');
  const moving = [...(blue.moving ? ['blue'] : []), ...(green.moving ? ['green'] : [])];
  const problems = [
    ...moving.map(
      (alias) =>
        `alias ${alias} must name one version, got two: Lambda is still moving it; wait, then run this again, and if it stays so, see why its version does not start`,
    ),
    ...(newCode.state === 'Active'
      ? []
      : [
          `version ${green.version} must be Active, got ${newCode.state}${newCode.reason === undefined ? '' : ` (${newCode.reason})`}; send green a request, wait a minute, then run this again`,
        ]),
    ...(concurrency === undefined || concurrency.status === 'READY'
      ? []
      : [
          `provisioned concurrency of green must be READY, got ${concurrency.status} (${concurrency.detail}); ${concurrency.status === 'FAILED' ? 'correct the release and deploy it again' : 'wait, then run this again'}`,
        ]),
  ];
  if (problems.length > 0) throw new PromotionRefused(problems);
}

async function move(
  { functionName }: PromotionInput,
  lambda: LambdaClient,
  blue: AliasState,
  green: AliasState,
): Promise<void> {
  try {
    await lambda.send(
      new UpdateAliasCommand({
        FunctionName: functionName,
        Name: 'blue',
        FunctionVersion: green.version,
        RevisionId: blue.revisionId,
      }),
    );
  } catch (error) {
    if (errorName(error) !== 'PreconditionFailedException') throw error;
    // The client repeats a call whose answer got lost, and then the first one has changed the revision already.
    const now = await readAlias(lambda, functionName, 'blue');
    if (now?.version === green.version) return;
    throw new PromotionRefused(
      [
        'alias blue must be as it was read, got a change by somebody else meanwhile; find out by whom, then run this again',
      ],
      { cause: error },
    );
  }
}

/** Reads blue back until it names the version alone and has initialized what it should. */
async function waitUntilReady(
  { functionName }: PromotionInput,
  { lambda, sleep, say }: PromotionDependencies,
  version: string,
): Promise<void> {
  let last = '';
  for (let poll = 0; poll < MAX_POLLS; poll++) {
    if (poll > 0) await sleep(POLL_SECONDS);
    const [blue, concurrency] = await Promise.all([
      readAlias(lambda, functionName, 'blue'),
      readConcurrency(lambda, functionName, 'blue'),
    ]);
    if (blue?.version !== version) {
      throw new PromotionUnfinished(
        `alias blue must be version ${version}, got ${blue === undefined ? 'no alias' : `version ${blue.version}`}: somebody else changed it; run this again`,
      );
    }
    if (concurrency?.status === 'FAILED') {
      throw new PromotionUnfinished(
        `provisioned concurrency of blue must be READY, got FAILED (${concurrency.detail}); blue serves version ${version} with cold starts: put the former version back or deploy a corrected one`,
      );
    }
    if (!blue.moving && concurrency?.status !== 'IN_PROGRESS') {
      say(
        concurrency === undefined
          ? 'blue has no provisioned concurrency to wait for.'
          : `blue is ready: ${concurrency.detail}.`,
      );
      return;
    }
    const progress = `waiting for blue: ${concurrency?.detail ?? 'Lambda is moving the alias'}`;
    if (progress !== last) say(progress);
    last = progress;
  }
  throw new PromotionUnfinished(
    `blue must be ready within ${(MAX_POLLS * POLL_SECONDS) / 60} minutes, got no end (${last}); blue is version ${version} already: run this again to go on waiting`,
  );
}
