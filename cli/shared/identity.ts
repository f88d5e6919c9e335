import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { errorName, errorText } from './aws-errors';

/** Who runs the command, or why nobody may. */
export type Identity =
  | {
      readonly arn: string;
      /** `aws:userid`, as IAM's conditions know it. */
      readonly userId?: string;
    }
  | {
      readonly problem: string;
      /** AWS did not say whose credentials these are: they may be right. @default false */
      readonly unanswered?: boolean;
    };

const ABSENT = ['CredentialsProviderError', 'TokenProviderError'];
const REFUSED = [
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
];

/** Asks AWS whose credentials these are, before anything is read or changed with them. */
export async function identify(sts: STSClient, accountName: string, accountId: string): Promise<Identity> {
  try {
    const { Account, Arn = 'an unnamed identity', UserId } = await sts.send(new GetCallerIdentityCommand({}));
    if (Account === accountId) return { arn: Arn, ...(UserId === undefined ? {} : { userId: UserId }) };
    return {
      problem: `credentials must belong to account ${accountId} (${accountName} in accounts.ts), got account ${Account} (${Arn}); choose the right profile with AWS_PROFILE`,
    };
  } catch (error) {
    if (ABSENT.includes(errorName(error))) {
      return {
        problem: `credentials must be there, got none (${errorText(error)}); set AWS_PROFILE, run aws sso login, or export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY`,
      };
    }
    if (REFUSED.includes(errorName(error))) {
      return {
        problem: `credentials must be valid, got ${errorText(error)}; sign in again, for instance aws sso login`,
      };
    }
    return {
      problem: `AWS must say whose credentials these are, got ${errorText(error)}; check the network, then try again`,
      unanswered: true,
    };
  }
}
