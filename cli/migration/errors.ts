import { ExplainedError } from '../../lambda/shared/runtime/error-fields';
import { errorName, errorText } from '../shared/aws-errors';
import type { MigrationTarget } from './target';

/** Why a command must not do what it was asked for, every reason at once. Nothing was changed. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused';

  /** @param what was not done, for instance `not started` */
  constructor(
    what: string,
    readonly problems: readonly string[],
    options?: ErrorOptions,
  ) {
    super([`${what}; nothing was changed`, ...problems.map((problem) => `  ${problem}`)].join('\n'), options);
  }
}

/** What is wrong after something was changed already, or where what was started has failed. */
export class MigrationUnfinished extends Error {
  override readonly name = 'MigrationUnfinished';
}

const DENIED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'];
const NO_CREDENTIALS = ['CredentialsProviderError', 'TokenProviderError', 'ExpiredToken', 'ExpiredTokenException'];
const UNREACHABLE =
  /^(TimeoutError|NetworkingError)$|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH/;

/** What an error means for an operator, and what to do. */
export function explain(error: unknown, { stateTable, accountName, accountId, region }: MigrationTarget): string {
  if (error instanceof MigrationRefused || error instanceof MigrationUnfinished || error instanceof ExplainedError) {
    return error.message;
  }
  const name = errorName(error);
  const place = `account ${accountId} (${accountName}), ${region}`;
  const got = errorText(error);
  if (name === 'ResourceNotFoundException') {
    return `the table ${stateTable} must exist in ${place}, got none; deploy the environment first`;
  }
  if (name === 'StateMachineDoesNotExist') {
    return `the state machine must exist in ${place}, got ${got}; deploy the environment first`;
  }
  if (DENIED.includes(name))
    return `AWS must allow the call, got ${got}; get the missing right (docs/operator-commands.md)`;
  if (NO_CREDENTIALS.includes(name))
    return `credentials must be valid, got ${got}; sign in again, for instance aws sso login`;
  if (UNREACHABLE.test(name) || UNREACHABLE.test(got))
    return `AWS must answer, got ${got}; check the network, then try again`;
  return `AWS must allow and answer every call, got ${got}; run this again`;
}
