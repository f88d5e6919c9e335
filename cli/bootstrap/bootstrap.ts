import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import type { STSClient } from '@aws-sdk/client-sts';
import {
  type StateBackendNames,
  type StateBackendSettings,
  stateBackendSettings,
  type StateBucketSettings,
} from '../../constructs/state/state-settings';
import { errorText } from '../shared/aws-errors';
import type { Say, Sleep } from '../shared/command';
import { identify } from '../shared/identity';
import { inspectBucket } from './bucket';
import { BootstrapRefused } from './errors';
import { inspectKey, type KeyIdentity, StateKey } from './key';
import { applySteps, formatStep, type Inspection } from './plan';
import { inspectTable } from './table';
import type { Tags } from './tags';

/** What to bootstrap: one account's state backend, as accounts.ts describes it. */
export interface BootstrapInput extends StateBackendNames {
  /** The id of the key that accounts.ts already names. */
  readonly kmsKeyId?: string;
  /** Tags for everything that is created; further tags that are there stay. */
  readonly tags: Tags;
}

/** The AWS clients, all of the input's region. */
export interface BootstrapClients {
  readonly sts: STSClient;
  /** Must not retry by itself: see the key. */
  readonly kms: KMSClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
}

/** What the bootstrap needs from outside. */
export interface BootstrapDependencies extends BootstrapClients {
  readonly sleep: Sleep;
  /** Takes one line for the operator. */
  readonly say: Say;
}

/** How to run. */
export interface BootstrapOptions {
  /** Show what would be done, and do nothing. */
  readonly dryRun: boolean;
}

/** What a run led to. */
export interface BootstrapResult {
  /** How many changes the plan had; all of them are made unless it was a dry run. */
  readonly changes: number;
  /** The key; undefined when it does not exist yet and this was a dry run. */
  readonly key: KeyIdentity | undefined;
}

/**
 * Creates what keeps an account's Terraform state, or brings it up to what the account stack declares: key, access log
 * bucket, state bucket, lock table. Reads everything first; one problem is enough for nothing to be changed. May be
 * interrupted anywhere and run any number of times.
 * @throws BootstrapRefused with every problem, before the first change
 * @throws BootstrapInterrupted when AWS refused a change; what was done stays
 */
export async function bootstrap(
  input: BootstrapInput,
  dependencies: BootstrapDependencies,
  { dryRun }: BootstrapOptions,
): Promise<BootstrapResult> {
  const { say, sts } = dependencies;
  const settings = settingsOf(input);
  const identity = await identify(sts, input.accountName, input.accountId);
  // Whatever else is read with the wrong credentials would only mislead.
  if ('problem' in identity) throw new BootstrapRefused(input.accountName, [identity.problem]);
  say(`Account ${input.accountName} (${input.accountId}), ${input.region}, as ${identity.arn}`);

  const key = new StateKey();
  const { steps, problems, notes } = await inspect(input, settings, dependencies, key);
  if (problems.length > 0) throw new BootstrapRefused(input.accountName, problems);
  steps.flatMap(formatStep).forEach((line) => say(line));
  notes.forEach((note) => say(`  note       ${note}`));

  const changes = steps.filter(({ change }) => change !== 'unchanged').length;
  if (changes === 0) say('Everything is as the account stack declares it: nothing to do.');
  else if (dryRun) say(`${changes} changes to make. Dry run: nothing was changed.`);
  else await applySteps(steps, dependencies);
  return { changes, key: key.known };
}

function settingsOf(input: BootstrapInput): StateBackendSettings {
  try {
    return stateBackendSettings(input);
  } catch (error) {
    throw new BootstrapRefused(input.accountName, [error instanceof Error ? error.message : String(error)]);
  }
}

async function inspect(
  input: BootstrapInput,
  settings: StateBackendSettings,
  { kms, s3, dynamodb, sleep }: BootstrapDependencies,
  key: StateKey,
): Promise<Inspection> {
  const { accountId, region, tags } = input;
  const bucket = (bucketSettings: StateBucketSettings) => ({
    settings: bucketSettings,
    accountId,
    region,
    tags: { ...tags, Name: bucketSettings.name },
  });
  const found = [
    await legible('the key', () =>
      inspectKey(
        kms,
        {
          settings: settings.key,
          tags: { ...tags, Name: settings.key.nameTag },
          configuredKeyId: input.kmsKeyId,
        },
        key,
      ),
    ),
    // Before the state bucket, which logs into it.
    await legible('the access log bucket', () =>
      inspectBucket(s3, { ...bucket(settings.accessLogBucket), field: 'state.accessLogBucket' }, key),
    ),
    await legible('the state bucket', () =>
      inspectBucket(s3, { ...bucket(settings.stateBucket), field: 'state.bucket' }, key),
    ),
    await legible('the lock table', () =>
      inspectTable(
        dynamodb,
        { settings: settings.lockTable, tags: { ...tags, Name: settings.lockTable.name }, sleep },
        key,
      ),
    ),
  ];
  return {
    steps: found.flatMap(({ steps }) => steps),
    problems: found.flatMap(({ problems }) => problems),
    notes: found.flatMap(({ notes }) => notes),
  };
}

/** What cannot be read is a problem like any other: the rest is still looked at, and all is said at once. */
async function legible(what: string, read: () => Promise<Inspection>): Promise<Inspection> {
  try {
    return await read();
  } catch (error) {
    const problem = `${what} must be readable, got ${errorText(error)}; get the missing right, or try again`;
    return { steps: [], problems: [problem], notes: [] };
  }
}
