import {
  type AliasConfiguration,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  GetProvisionedConcurrencyConfigCommand,
  type GetProvisionedConcurrencyConfigCommandOutput,
  LambdaClient,
  ProvisionedConcurrencyConfigNotFoundException,
  ResourceNotFoundException,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { promote } from '../../../cli/promote/promote';

/** The control plane of one function, as far as a promotion sees it. Tests change it before and while they run. */
export interface World {
  account: string;
  blue: AliasConfiguration | undefined;
  green: AliasConfiguration | undefined;
  /** State by version; a version that is missing is Active. */
  states: Record<string, { State?: string; StateReason?: string }>;
  /** What each alias has initialized; the list is read one by one, and its last entry stays. */
  concurrency: Record<'blue' | 'green', Partial<GetProvisionedConcurrencyConfigCommandOutput>[]>;
}

export const READY = {
  Status: 'READY',
  RequestedProvisionedConcurrentExecutions: 2,
  AvailableProvisionedConcurrentExecutions: 2,
} as const;
export const IN_PROGRESS = { ...READY, Status: 'IN_PROGRESS', AvailableProvisionedConcurrentExecutions: 0 } as const;
export const FAILED = { Status: 'FAILED', StatusReason: 'FUNCTION_ERROR_INIT_FAILURE' } as const;

const NAME = 'payment-validation-prod';
const metadata = { $metadata: {}, message: 'none' };

/** A function whose blue is version 6 and whose green is version 7, both ready, and clients that know it. */
export function makeWorld() {
  const world: World = {
    account: '123456789012',
    blue: { FunctionVersion: '6', RevisionId: 'r6' },
    green: { FunctionVersion: '7', RevisionId: 'r7' },
    states: {},
    concurrency: { blue: [READY], green: [READY] },
  };
  const sts = mockClient(STSClient);
  sts.on(GetCallerIdentityCommand).callsFake(() => ({ Account: world.account, Arn: 'arn:aws:sts::1:role/me' }));

  const lambda = mockClient(LambdaClient);
  lambda.on(GetAliasCommand).callsFake(({ FunctionName, Name }: { FunctionName: string; Name: 'blue' | 'green' }) => {
    const alias = world[Name];
    if (FunctionName !== NAME || alias === undefined) throw new ResourceNotFoundException(metadata);
    return alias;
  });
  lambda.on(GetFunctionConfigurationCommand).callsFake(({ Qualifier }: { Qualifier: string }) => ({
    State: 'Active',
    CodeSha256: `code-of-${Qualifier}`,
    ...world.states[Qualifier],
  }));
  lambda.on(GetProvisionedConcurrencyConfigCommand).callsFake(({ Qualifier }: { Qualifier: 'blue' | 'green' }) => {
    const [next, ...rest] = world.concurrency[Qualifier];
    if (next === undefined) throw new ProvisionedConcurrencyConfigNotFoundException(metadata);
    if (rest.length > 0) world.concurrency[Qualifier] = rest;
    return next;
  });
  lambda.on(UpdateAliasCommand).callsFake(({ FunctionVersion }: { FunctionVersion: string }) => {
    world.blue = { FunctionVersion, RevisionId: `r-after-${FunctionVersion}` };
    return world.blue;
  });

  const lines: string[] = [];
  const sleeps: number[] = [];
  let whenSleeping = (): void => undefined;
  const clients = { sts: new STSClient({}), lambda: new LambdaClient({}) };
  const run = (dryRun = false) =>
    promote(
      { accountName: 'prod', accountId: '123456789012', functionName: NAME },
      {
        ...clients,
        sleep: (seconds) => {
          sleeps.push(seconds);
          whenSleeping();
          return Promise.resolve();
        },
        say: (line) => lines.push(line),
      },
      { dryRun },
    );
  const updates = () => lambda.commandCalls(UpdateAliasCommand).map(({ args: [command] }) => command.input);
  /** Lets the world change while the promotion waits. */
  const onSleep = (change: () => void): void => {
    whenSleeping = change;
  };
  return { world, onSleep, lambda, sts, clients, lines, sleeps, run, updates };
}
