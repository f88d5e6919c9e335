import type { Construct } from 'constructs';
import { EncryptionKey, KEY_PURPOSES } from '../constructs/encryption';
import { EncryptedLogGroup } from '../constructs/monitoring';
import { DmsServiceRoles, StateBackend } from '../constructs/state';
import { accountTags } from '../constructs/state/account-tags';
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
      tags: accountTags(accountName, account.costCenter),
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
    new DmsServiceRoles(this, 'DmsServiceRoles', { importExisting: account.adopt.includes('dms-roles') });
    const logs = this.addEnhancedMonitoringLogs();
    if (account.adopt.includes('enhanced-monitoring-logs')) logs.importExisting();
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

  /**
   * Enhanced monitoring of every database of the account and region writes to one log group, which RDS would create without
   * key and retention.
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.Viewing.html
   */
  private addEnhancedMonitoringLogs(): EncryptedLogGroup {
    const encryptionKey = new EncryptionKey(this, 'LogsKey', {
      purpose: 'account-logs',
      description: 'CloudWatch log groups that the environments of the account share',
      usedThrough: KEY_PURPOSES.logs.usedThrough,
      serviceStatements: KEY_PURPOSES.logs.serviceStatements(this.deployment),
    });
    return new EncryptedLogGroup(this, 'EnhancedMonitoringLogs', {
      logGroupName: 'RDSOSMetrics',
      encryptionKey,
      retentionDays: 30,
    });
  }
}
