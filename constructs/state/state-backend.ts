import { DynamodbTable } from '@cdktf/provider-aws/lib/dynamodb-table';
import { TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { adopt } from '../adoption/adopt';
import { EncryptionKey } from '../encryption';
import { Deployment } from '../naming';
import { Bucket, type BucketEncryption } from '../storage';
import { type StateBucketSettings, stateBackendSettings } from './state-settings';

export interface StateBackendProps {
  /** The bucket that holds the states, for instance `payment-terraform-state-111111111111`. */
  readonly bucketName: string;
  /** The bucket for its access logs; another one. */
  readonly accessLogBucketName: string;
  /** The DynamoDB table that locks the states, for instance `payment-terraform-locks`. */
  readonly lockTableName: string;
  /** The alias of the key, for instance `alias/payment-terraform-state`. */
  readonly keyAlias: string;
  /** The id of the key, as `npm run bootstrap` prints it. */
  readonly kmsKeyId: string;
}

/**
 * What keeps the Terraform states of an account, the account stack's own among them: `npm run bootstrap` creates it before
 * any stack exists, and this construct adopts every part by an import block. Both follow `stateBackendSettings`, so the
 * first plan imports and replaces nothing.
 */
export class StateBackend extends Construct {
  readonly bucket: Bucket;
  readonly accessLogBucket: Bucket;
  readonly encryptionKey: EncryptionKey;
  readonly lockTableName: string;

  /** @throws Error when both buckets have one name */
  constructor(scope: Construct, id: string, props: StateBackendProps) {
    super(scope, id);
    const { suffix: accountName, accountId, region, teardown, protection } = Deployment.of(this);
    const settings = stateBackendSettings({
      accountName,
      accountId,
      region,
      stateBucket: props.bucketName,
      accessLogBucket: props.accessLogBucketName,
      lockTable: props.lockTableName,
      keyAlias: props.keyAlias,
    });
    this.encryptionKey = new EncryptionKey(this, 'Key', {
      purpose: settings.key.purpose,
      description: settings.key.description,
      aliasName: settings.key.alias,
      usedThrough: settings.key.usedThrough,
    });
    this.encryptionKey.importExisting(props.kmsKeyId);
    this.accessLogBucket = this.adoptBucket('AccessLogs', settings.accessLogBucket);
    this.bucket = this.adoptBucket('States', settings.stateBucket);
    const table = new DynamodbTable(this, 'Locks', {
      name: settings.lockTable.name,
      billingMode: 'PAY_PER_REQUEST',
      hashKey: settings.lockTable.hashKey,
      attribute: [{ name: settings.lockTable.hashKey, type: 'S' }],
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: this.encryptionKey.keyArn },
      deletionProtectionEnabled: !teardown,
      tags: { Name: settings.lockTable.name },
      lifecycle: protection,
    });
    adopt(table, settings.lockTable.name);
    this.lockTableName = table.name;
  }

  private adoptBucket(id: string, settings: StateBucketSettings): Bucket {
    const encryption: BucketEncryption =
      settings.encryption === 'kms' ? { kmsKey: this.encryptionKey } : settings.encryption;
    const bucket = new Bucket(this, id, {
      component: settings.component,
      bucketName: settings.name,
      encryption,
      versioned: settings.versioned,
      lifecycleRules: settings.lifecycleRules,
      ...(settings.accessLogs === undefined ? {} : { accessLogBucket: this.accessLogBucket }),
    });
    // The bucket and each of its settings is a resource of its own, and the bucket's name is the id of all of them.
    bucket.node
      .findAll()
      .filter((node) => TerraformResource.isTerraformResource(node))
      .forEach((resource) => adopt(resource, settings.name));
    return bucket;
  }
}
