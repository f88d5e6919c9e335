import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { runMigration } from '../../../cli/migration/command';
import type { Ask } from '../../../cli/migration/dependencies';
import type { Configuration } from '../../../environments';
import { accounts } from '../../../environments/accounts';
import { prod } from '../../../environments/prod';
import { validate } from '../../../environments/validate';
import { DynamoDbMigrationAuthority } from '../../../lambda/shared/authority/dynamodb-migration-authority';
import { StepFunctionsExecutions } from '../../../lambda/shared/authority/executions';
import { DynamoDbEstimateBoard } from '../../../lambda/shared/migration/dynamodb-estimate-board';
import { DynamoDbProgressBoard } from '../../../lambda/shared/migration/dynamodb-progress-board';
import { DynamoDbStatements } from '../../../lambda/shared/migration/dynamodb-statements';
import type { Executor, Machine } from '../../../lambda/shared/migration/executor';
import { NO_CLEARANCE } from '../../../lambda/shared/traffic/clearance-bounds';
import { clearanceJson } from '../../../lambda/shared/traffic/clearance-json';
import { type LocalDynamoDb, TABLES } from '../../support/dynamodb';
import { edited } from '../../support/environments';
import { FakeRoute53 } from '../../support/fake-route53';
import { FakeStepFunctions } from './fake-step-functions';

export const TABLE = 'migration-state-prod';
export const ADA = 'AROAEXAMPLE:ada@example.com';
export const BOB = 'AROAEXAMPLE:bob@example.com';

/** The production environment, and one that migrates nothing. */
export function configurationOf(changes: Readonly<Record<string, unknown>> = {}): Configuration {
  return validate({
    accounts: { file: 'accounts.ts', accounts },
    environments: [{ file: 'prod.ts', environment: edited(prod, { 'dns/zoneId': 'Z0123456789', ...changes }) }],
  });
}

/** Everything that the command sees, of an environment `prod` as it was deployed: on-premises has all. */
export async function makeWorld(dynamodb: LocalDynamoDb) {
  await recreateTable(dynamodb);
  const clock = { time: Date.parse('2026-11-22T00:10:00Z') };
  const now = () => clock.time;
  const sts = mockClient(STSClient);
  const caller = { Account: '123456789012', Arn: 'arn:aws:sts::123456789012:assumed-role/operator/ada', UserId: ADA };
  sts.on(GetCallerIdentityCommand).callsFake(() => caller);
  const ssm = mockClient(SSMClient);
  const parameter = { clearance: clearanceJson(NO_CLEARANCE) as string | undefined };
  ssm.on(GetParameterCommand).callsFake(({ Name }: { Name: string }) => {
    if (Name !== '/payment/prod/traffic-clearance' || parameter.clearance === undefined) {
      throw new ParameterNotFound({ message: 'none', $metadata: {} });
    }
    return { Parameter: { Value: parameter.clearance } };
  });
  const route53 = new FakeRoute53();
  const weigh = (aws: number): void => {
    for (const [side, weight] of Object.entries({ aws, 'on-prem': 100 - aws })) {
      const records = { TTL: 60, ResourceRecords: [{ Value: '198.51.100.10' }] };
      route53.put({ Name: 'api.payments.example.com', Type: 'A', SetIdentifier: side, Weight: weight, ...records });
    }
  };
  weigh(0);
  const sfn = new FakeStepFunctions(now);
  const { client } = dynamodb;
  await client.send(
    new PutCommand({ TableName: TABLE, Item: { pk: 'authority', sk: 'current', authority: 'on-prem', epoch: 1 } }),
  );
  const authority = new DynamoDbMigrationAuthority({
    client,
    tableName: TABLE,
    executions: new StepFunctionsExecutions(sfn.client),
    clock: { now },
  });
  const progress = new DynamoDbProgressBoard(client, TABLE, { now });

  const lines: string[] = [];
  const complaints: string[] = [];
  const surroundings = {
    answer: undefined as string | undefined,
    questions: [] as string[],
    /** What becomes of the world while the command sleeps, sleep by sleep. */
    onSleep: [] as (() => unknown)[],
    patience: true,
  };
  const ask: Ask = (question) => {
    surroundings.questions.push(question);
    return Promise.resolve(surroundings.answer ?? '');
  };
  /** Runs the command; the lines are those of this run. */
  const run = async (args: readonly string[], configuration: () => Configuration = () => configurationOf()) => {
    lines.length = 0;
    complaints.length = 0;
    return runMigration(args, {
      loadConfiguration: configuration,
      createClients: () => ({
        sts: new STSClient({}),
        dynamodb: client,
        sfn: sfn.client,
        ssm: new SSMClient({}),
        route53: route53.client,
      }),
      sleep: async (seconds) => {
        clock.time += seconds * 1000;
        const next = surroundings.onSleep.shift();
        if (next === undefined) throw new Error('nobody expected a sleep');
        await next();
      },
      say: (line) => lines.push(line),
      complain: (line) => complaints.push(line),
      now,
      within: (_seconds, work) => (surroundings.patience ? work : Promise.resolve(undefined)),
      ...(surroundings.answer !== undefined && { ask }),
    });
  };
  /** An execution that runs and has the lease. */
  const execute = async (machine: Machine, name: string, input: object = {}): Promise<Executor> => {
    const execution = arnOf(machine, name);
    sfn.add(execution, JSON.stringify(input), now());
    return authority.takeOver({ machine, execution });
  };
  return {
    ...{ clock, caller, sts, parameter, route53, weigh, sfn, authority, progress, lines, complaints, surroundings },
    ...{ run, execute, client },
    statements: new DynamoDbStatements(client, TABLE),
    estimate: new DynamoDbEstimateBoard(client, TABLE),
    /** What people have said. */
    said: async () => {
      const { Items: items = [] } = await client.send(new ScanCommand({ TableName: TABLE }));
      return items.filter(({ sk }) => /^(request|approval|refusal)#/.test(String(sk)));
    },
  };
}

export const arnOf = (machine: Machine, name: string): string =>
  `arn:aws:states:us-east-1:123456789012:execution:${machine}-prod:${name}`;

export const deleteTable = async ({ endpoint }: LocalDynamoDb): Promise<void> => {
  const bare = bareClient(endpoint);
  await bare.send(new DeleteTableCommand({ TableName: TABLE }));
  bare.destroy();
};

async function recreateTable(dynamodb: LocalDynamoDb): Promise<void> {
  await deleteTable(dynamodb).catch(() => undefined);
  const bare = bareClient(dynamodb.endpoint);
  await bare.send(
    new CreateTableCommand({ TableName: TABLE, BillingMode: 'PAY_PER_REQUEST', ...TABLES['migration-state'] }),
  );
  bare.destroy();
}

const bareClient = (endpoint: string) =>
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
