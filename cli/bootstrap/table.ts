import {
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  type TableDescription,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  type UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { LockTableSettings } from '../../constructs/state/state-settings';
import { absentAs } from '../shared/aws-errors';
import type { Sleep } from '../shared/command';
import type { StateKey } from './key';
import { type Inspection, settingStep, type Step } from './plan';
import { missingTags, type Tags, tagsText } from './tags';

/** The lock table that is wanted. */
export interface TableRequest {
  readonly settings: LockTableSettings;
  readonly tags: Tags;
  readonly sleep: Sleep;
}

const POLL_SECONDS = 5;
/** Changing the key of a table takes the longest, and that of one with a few locks takes minutes. */
const POLLS = 120;

/** Reads whether the lock table exists and what it lacks. */
export async function inspectTable(client: DynamoDBClient, request: TableRequest, key: StateKey): Promise<Inspection> {
  const { settings } = request;
  const table = await settled(client, request);
  if (table === undefined) return { steps: creation(client, request, key), problems: [], notes: [] };
  const problems = whyUnusable(table, settings);
  return { steps: problems.length > 0 ? [] : await settingsOf(client, request, table, key), problems, notes: [] };
}

function creation(client: DynamoDBClient, request: TableRequest, key: StateKey): Step[] {
  const { settings, tags } = request;
  const subject = `table ${settings.name}`;
  return [
    {
      change: 'create',
      subject,
      detail: `none -> key ${settings.hashKey}, on demand, encrypted with the key, deletion protection, tags`,
      apply: async () => {
        // In use means that it exists: an attempt whose answer was lost, or another run.
        await absentAs(['ResourceInUseException'], () =>
          client.send(
            new CreateTableCommand({
              TableName: settings.name,
              AttributeDefinitions: [{ AttributeName: settings.hashKey, AttributeType: 'S' }],
              KeySchema: [{ AttributeName: settings.hashKey, KeyType: 'HASH' }],
              BillingMode: 'PAY_PER_REQUEST',
              SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: key.identity.arn },
              DeletionProtectionEnabled: true,
              Tags: tagList(tags),
            }),
          ),
        );
        await settled(client, request);
      },
    },
    {
      change: 'create',
      subject: `${subject} point-in-time recovery`,
      detail: 'off -> on',
      apply: recovering(client, settings.name),
    },
  ];
}

async function settingsOf(
  client: DynamoDBClient,
  request: TableRequest,
  table: TableDescription,
  key: StateKey,
): Promise<Step[]> {
  const { settings, tags } = request;
  const subject = `table ${settings.name}`;
  const ResourceArn = table.TableArn ?? '';
  // DynamoDB takes one change at a time, and refuses the next one until the table is active again.
  const update = (change: () => Omit<UpdateTableCommandInput, 'TableName'>) => async () => {
    await client.send(new UpdateTableCommand({ TableName: settings.name, ...change() }));
    await settled(client, request);
  };
  const { ContinuousBackupsDescription: backups } = await client.send(
    new DescribeContinuousBackupsCommand({ TableName: settings.name }),
  );
  const recovery = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
  const present = await readTags(client, ResourceArn);
  const missing = missingTags(tags, present);
  return [
    settingStep(
      `${subject} billing`,
      table.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
      'PAY_PER_REQUEST',
      update(() => ({ BillingMode: 'PAY_PER_REQUEST' })),
    ),
    settingStep(
      `${subject} encryption`,
      table.SSEDescription?.KMSMasterKeyArn ?? 'with a key of AWS',
      key.known?.arn ?? 'with the new key',
      update(() => ({
        SSESpecification: { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: key.identity.arn },
      })),
    ),
    settingStep(
      `${subject} deletion protection`,
      table.DeletionProtectionEnabled === true ? 'on' : 'off',
      'on',
      update(() => ({ DeletionProtectionEnabled: true })),
    ),
    settingStep(
      `${subject} point-in-time recovery`,
      recovery === 'ENABLED' ? 'on' : 'off',
      'on',
      recovering(client, settings.name),
    ),
    settingStep(`${subject} tags`, tagsText(tags, present), tagsText(tags, tags), async () => {
      await client.send(new TagResourceCommand({ ResourceArn, Tags: tagList(missing) }));
    }),
  ];
}

const recovering = (client: DynamoDBClient, TableName: string) => async () => {
  await client.send(
    new UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  );
};

const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

async function readTags(client: DynamoDBClient, ResourceArn: string): Promise<Tags> {
  const { Tags: tags = [] } = await client.send(new ListTagsOfResourceCommand({ ResourceArn }));
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']));
}

/**
 * The table once nothing about it is under way; undefined when there is none.
 * @throws Error when it is still changing after ten minutes
 */
async function settled(
  client: DynamoDBClient,
  { settings, sleep }: TableRequest,
): Promise<TableDescription | undefined> {
  for (let poll = 0; poll < POLLS; poll++) {
    const answer = await absentAs(['ResourceNotFoundException'], () =>
      client.send(new DescribeTableCommand({ TableName: settings.name })),
    );
    const table = answer?.Table;
    const changing =
      table?.TableStatus === 'CREATING' ||
      table?.TableStatus === 'UPDATING' ||
      table?.SSEDescription?.Status === 'UPDATING' ||
      table?.SSEDescription?.Status === 'ENABLING';
    if (!changing) return table;
    await sleep(POLL_SECONDS);
  }
  throw new Error(`table ${settings.name} is still changing after ${(POLLS * POLL_SECONDS) / 60} minutes; try again`);
}

/** What keeps an existing table from locking states. */
function whyUnusable(table: TableDescription, { name, hashKey }: LockTableSettings): string[] {
  if (table.TableStatus !== 'ACTIVE') {
    return [
      `state.lockTable must be an active table, got "${name}" that is ${table.TableStatus}; wait, then try again`,
    ];
  }
  const keys = (table.KeySchema ?? []).map(({ AttributeName = '', KeyType }) => {
    const type = table.AttributeDefinitions?.find((attribute) => attribute.AttributeName === AttributeName);
    return `${AttributeName} ${type?.AttributeType} ${KeyType}`;
  });
  if (keys.join() === `${hashKey} S HASH`) return [];
  return [
    `state.lockTable must be a table with the key ${hashKey} S HASH, which Terraform asks for, got "${name}" with ${keys.join(', ')}; choose another name`,
  ];
}
