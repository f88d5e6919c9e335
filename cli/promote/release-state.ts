import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  GetProvisionedConcurrencyConfigCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { absentAs } from '../shared/aws-errors';

/** An alias as it stands. */
export interface AliasState {
  readonly version: string;
  /** Changes with every change of the alias: an update that names it cannot overwrite somebody else's. */
  readonly revisionId: string;
  /** Whether Lambda is still moving the alias from one version to another. */
  readonly moving: boolean;
}

/** Provisioned concurrency as it stands. */
export interface ConcurrencyState {
  readonly status: 'READY' | 'IN_PROGRESS' | 'FAILED';
  /** For people: how many of how many, or why it failed. */
  readonly detail: string;
}

/** A published version as it stands. */
export interface VersionState {
  readonly state: string;
  readonly reason: string | undefined;
  readonly codeSha256: string;
}

/** Reads an alias; undefined when there is none, or no such function. */
export async function readAlias(
  lambda: LambdaClient,
  functionName: string,
  aliasName: string,
): Promise<AliasState | undefined> {
  const alias = await absentAs(['ResourceNotFoundException'], () =>
    lambda.send(new GetAliasCommand({ FunctionName: functionName, Name: aliasName })),
  );
  if (alias === undefined) return undefined;
  return {
    version: alias.FunctionVersion ?? '',
    revisionId: alias.RevisionId ?? '',
    moving: Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0,
  };
}

/** Reads what an alias has initialized; undefined when it has no provisioned concurrency. */
export async function readConcurrency(
  lambda: LambdaClient,
  functionName: string,
  aliasName: string,
): Promise<ConcurrencyState | undefined> {
  const config = await absentAs(['ProvisionedConcurrencyConfigNotFoundException'], () =>
    lambda.send(new GetProvisionedConcurrencyConfigCommand({ FunctionName: functionName, Qualifier: aliasName })),
  );
  if (config === undefined) return undefined;
  const { Status = 'IN_PROGRESS', StatusReason, AvailableProvisionedConcurrentExecutions: available = 0 } = config;
  const requested = config.RequestedProvisionedConcurrentExecutions ?? 0;
  return {
    status: Status,
    detail: Status === 'FAILED' ? (StatusReason ?? 'no reason given') : `${available} of ${requested} environments`,
  };
}

/** Reads a published version. */
export async function readVersion(lambda: LambdaClient, functionName: string, version: string): Promise<VersionState> {
  const found = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: functionName, Qualifier: version }),
  );
  return { state: found.State ?? 'unknown', reason: found.StateReason, codeSha256: found.CodeSha256 ?? 'unknown' };
}
