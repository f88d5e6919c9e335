import { closedToServices } from '../encryption/key-policy';
import { policyDocument } from '../policy/statement';
import type { LifecycleRule } from '../storage/lifecycle-rule';
import { serverAccessLogDelivery } from '../storage/log-delivery';
import { tlsOnly } from '../storage/tls-only';

/** Where one account keeps its Terraform states. The names stand in `accounts.ts`. */
export interface StateBackendNames {
  /** The account's key in `accounts.ts`, which ends the names of what the account stack holds, for instance `prod`. */
  readonly accountName: string;
  /** The account's id: 12 digits. */
  readonly accountId: string;
  /** The region of everything here. */
  readonly region: string;
  /** The bucket that holds the states, for instance `payment-terraform-state-111111111111`. */
  readonly stateBucket: string;
  /** The bucket for the state bucket's access logs. Not the state bucket itself: it would log its own log. */
  readonly accessLogBucket: string;
  /** The DynamoDB table that locks the states, for instance `payment-terraform-locks`. */
  readonly lockTable: string;
  /** The alias of the states' key, for instance `alias/payment-terraform-state`. */
  readonly keyAlias: string;
}

/** The customer managed key that encrypts states and locks: symmetric, rotated every year. */
export interface StateKeySettings {
  readonly alias: string;
  /** What the key is for, as in the name of its tag `<purpose>-<account>`. */
  readonly purpose: string;
  /**
   * Also how the bootstrap recognizes a key that has no alias yet, so it names the alias: two state backends in one
   * account never take each other's key.
   */
  readonly description: string;
  /** The services through which alone the key can be used. */
  readonly usedThrough: readonly string[];
  readonly policy: string;
  readonly nameTag: string;
}

/**
 * A bucket. Every one blocks public access, has no access control lists and aborts incomplete uploads, so these are not
 * settings.
 */
export interface StateBucketSettings {
  readonly name: string;
  /** What the bucket holds; also the prefix below which it logs, see `accessLogs`. */
  readonly component: string;
  readonly versioned: boolean;
  /** With the states' key; or with S3's own keys, as S3 delivers access logs to no other buckets. */
  readonly encryption: 'kms' | 'sse-s3';
  readonly policy: string;
  readonly lifecycleRules: readonly LifecycleRule[];
  /** Where its access logs go; undefined for none. */
  readonly accessLogs?: { readonly bucket: string; readonly prefix: string };
}

/** The lock table: on demand, encrypted with the states' key, point-in-time recovery, deletion protection. */
export interface LockTableSettings {
  readonly name: string;
  /**
   * Terraform asks for exactly this key, of type string.
   * @see https://developer.hashicorp.com/terraform/language/backend/s3#dynamodb-state-locking
   */
  readonly hashKey: 'LockID';
}

/** Everything that keeps the states of one account. */
export interface StateBackendSettings {
  readonly key: StateKeySettings;
  readonly stateBucket: StateBucketSettings;
  readonly accessLogBucket: StateBucketSettings;
  readonly lockTable: LockTableSettings;
}

/** Days for which a state that was replaced can be brought back. */
const OLD_STATE_DAYS = 365;
/** PCI DSS 4.0, 10.5.1 asks for twelve months of audit logs; the rest is time to notice. */
const ACCESS_LOG_DAYS = 400;
const COMPONENT = 'terraform-state';

/**
 * How an account keeps its Terraform states: the one description from which `npm run bootstrap` makes the resources and
 * the account stack declares them. So the stack adopts what it finds and changes nothing.
 * @throws Error when both buckets have one name
 */
export function stateBackendSettings(names: StateBackendNames): StateBackendSettings {
  const { accountName, accountId, region, stateBucket, accessLogBucket, keyAlias } = names;
  if (stateBucket === accessLogBucket) {
    throw new Error(
      `state.accessLogBucket must be another bucket than state.bucket, got "${accessLogBucket}" for both; a bucket that logs into itself never stops`,
    );
  }
  const usedThrough = ['s3', 'dynamodb'];
  const home = { accountId, region, accountRootArn: `arn:aws:iam::${accountId}:root` };
  return {
    key: {
      alias: keyAlias,
      purpose: COMPONENT,
      description: `Terraform states and locks of account ${accountName} (${keyAlias})`,
      usedThrough,
      policy: policyDocument(closedToServices(home, usedThrough)),
      nameTag: `${COMPONENT}-${accountName}`,
    },
    stateBucket: {
      name: stateBucket,
      component: COMPONENT,
      versioned: true,
      encryption: 'kms',
      policy: policyDocument(tlsOnly(bucketArn(stateBucket))),
      lifecycleRules: [{ id: 'expire-old-states', noncurrentExpireAfterDays: OLD_STATE_DAYS }],
      accessLogs: { bucket: accessLogBucket, prefix: `${COMPONENT}/` },
    },
    accessLogBucket: {
      name: accessLogBucket,
      component: `${COMPONENT}-logs`,
      versioned: false,
      encryption: 'sse-s3',
      policy: policyDocument([
        ...tlsOnly(bucketArn(accessLogBucket)),
        serverAccessLogDelivery({
          bucketArn: bucketArn(accessLogBucket),
          prefix: COMPONENT,
          accountId,
          sourceBucketArn: bucketArn(stateBucket),
        }),
      ]),
      lifecycleRules: [{ id: 'expire-access-logs', expireAfterDays: ACCESS_LOG_DAYS }],
    },
    lockTable: { name: names.lockTable, hashKey: 'LockID' },
  };
}

const bucketArn = (name: string): string => `arn:aws:s3:::${name}`;
