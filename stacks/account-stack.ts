import type { Construct } from 'constructs';
import { DmsServiceRoles, StateBackend } from '../constructs/state';
import { accountStateKey } from '../constructs/state/state-keys';
import { HostedZone } from '../constructs/traffic';
import { addS3Backend } from './backend';
import type { Account } from './configuration';
import { DeploymentStack } from './deployment-stack';

/**
 * What the environments of one AWS account share and what must exist before them: where states are kept, the roles that DMS
 * wants once an account, hosted zones. Its own state lies in the bucket that it adopts from the bootstrap.
 */
export class AccountStack extends DeploymentStack {
  /**
   * @param accountName the account's key in `accounts.ts`; the stack is `account-<accountName>`
   */
  constructor(scope: Construct, accountName: string, account: Account) {
    super(scope, `account-${accountName}`, {
      project: 'payment',
      suffix: accountName,
      accountId: account.id,
      region: account.region,
      tags: {
        Project: 'payment',
        Environment: `account-${accountName}`,
        CostCenter: account.costCenter,
        MigrationPhase: 'shared',
      },
    });
    addS3Backend(this, { account, key: accountStateKey(accountName) });
    const { state } = account;
    const stateBackend = new StateBackend(this, 'State', {
      bucketName: state.bucket,
      accessLogBucketName: state.accessLogBucket,
      lockTableName: state.lockTable,
      keyAlias: state.keyAlias,
      kmsKeyId: state.kmsKeyId,
    });
    new DmsServiceRoles(this, 'DmsServiceRoles');
    const zones = account.hostedZones.map((zoneName) => ({
      zoneName,
      // Dots vanish from logical ids: without them a.bc and ab.c would be one.
      zone: new HostedZone(this, `Zone-${zoneName.replaceAll('.', '_')}`, { zoneName }),
    }));
    this.output('state_bucket', stateBackend.bucket.bucketName, 'The bucket that holds the Terraform states.');
    this.output('state_lock_table', stateBackend.lockTableName, 'The DynamoDB table that locks the states.');
    this.output('state_kms_key_arn', stateBackend.encryptionKey.keyArn, 'The key that encrypts states and locks.');
    this.output(
      'hosted_zones',
      Object.fromEntries(
        zones.map(({ zoneName, zone }) => [zoneName, { zone_id: zone.zoneId, name_servers: zone.nameServers }]),
      ),
      'The hosted zones made here, by name: the id for dns.zoneId, and the name servers to delegate to.',
    );
  }
}
