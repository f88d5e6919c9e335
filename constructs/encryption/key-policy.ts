import type { Deployment } from '../naming';
import type { PolicyStatement } from '../policy';

/**
 * What an administrator may do with a key: everything but use it. `kms:CreateGrant` is missing on purpose, because with it
 * an administrator could let himself decrypt.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-administrators
 */
const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:Describe*',
  'kms:Disable*',
  'kms:Enable*',
  'kms:Get*',
  'kms:List*',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:Update*',
] as const;

/** What a key's policy depends on: `Deployment.of(scope)`, or the same facts where there is no scope. */
export type KeyHome = Pick<Deployment, 'accountId' | 'accountRootArn' | 'region'>;

const USE = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'] as const;

/**
 * The account's statements of AWS's default key policy: whatever an IAM policy of the account allows, the key allows.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function openToAccount({ accountRootArn }: Deployment): PolicyStatement[] {
  return [
    {
      sid: 'AccountAdministersAndDelegates',
      actions: ['kms:*'],
      resources: ['*'],
      principals: { AWS: [accountRootArn] },
    },
  ];
}

/**
 * The account's statements of a closed key policy. AWS's default (`kms:*` for the account) lets every administrator, and
 * everybody whose IAM policy says `kms:Decrypt` on `*`, decrypt everything. Here the account administers the key, and its
 * IAM policies can delegate the use of it only through the named services: nobody decrypts with the key directly. AWS's own
 * managed keys (`aws/rds`, `aws/dms`, …) have the same form. Nobody is locked out: the account may still change the policy,
 * which CloudTrail shows.
 * @param services the services' names as in their endpoints, for instance `rds`
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export function closedToServices(deployment: KeyHome, services: readonly string[]): PolicyStatement[] {
  const account = { resources: ['*'], principals: { AWS: [deployment.accountRootArn] } } as const;
  const throughServices = {
    'kms:CallerAccount': deployment.accountId,
    'kms:ViaService': services.map((service) => `${service}.${deployment.region}.amazonaws.com`),
  };
  return [
    { ...account, sid: 'AccountAdministers', actions: ADMINISTRATION },
    {
      ...account,
      sid: 'AccountUsesItThroughServices',
      actions: USE,
      conditions: { StringEquals: throughServices },
    },
    {
      ...account,
      sid: 'ServicesKeepGrants',
      actions: ['kms:CreateGrant'],
      // Not narrowed by kms:GrantIsForAWSResource: Lambda's grant is for the function's role, and AWS's own keys do without.
      conditions: { StringEquals: throughServices },
    },
  ];
}
