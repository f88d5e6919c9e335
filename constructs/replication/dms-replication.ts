import { Annotations } from 'cdktf';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import type { SecurityGroup } from '../network/security-group';
import { requireNone } from '../validation/problem';
import { DmsCertificate } from './dms-certificate';
import { DmsCredentials } from './dms-credentials';
import { DmsEvents } from './dms-events';
import { DmsInstance } from './dms-instance';
import { instanceProblems } from './instance-problems';
import { DmsPostgresEndpoint } from './dms-postgres-endpoint';
import type { DmsReplicationProps } from './dms-replication-props';
import { DmsTask } from './dms-task';
import type { DecodingPlugin } from './endpoint-settings';
import { findingText, refuseErrors } from './lint';
import { APPLY_ROLE, CAPTURE_ROLE, forwardSlotName } from './names';
import { rdsCaBundle } from './rds-ca-bundle';
import {
  lintReplication,
  planReplication,
  type ReplicationPlan,
  type ReplicationPlanOptions,
} from './replication-plan';
import { replicationProblems } from './replication-problems';
import { DEFAULT_POSTGRES_PORT, replicationSecurityGroup } from './replication-security-group';

/**
 * DMS from the on-premises PostgreSQL to Aurora: two tasks, both created stopped. `full-load-and-cdc` copies everything,
 * pauses for indexes, keys and triggers, and follows; its slot is DMS's own. `forward-cdc` goes forward again after a
 * rollback: it starts from the position of the slot `forwardSlotName`, which the orchestrator makes while both databases
 * are frozen. Slots are named at the endpoint, hence two source endpoints on one database.
 *
 * The on-premises DBA creates the capture role with the password in the secret `sourceSecretArn` (or writes the role's
 * password there) and the schema `awsdms_control` for it; in Aurora the role `dms_apply` likewise, with rds_superuser.
 */
export class DmsReplication extends Construct {
  readonly securityGroup: SecurityGroup;
  readonly replicationInstanceArn: string;
  readonly replicationInstanceId: string;
  readonly logGroupName: string;
  readonly fullLoadTask: DmsTask;
  readonly forwardCdcTask: DmsTask;
  readonly sourceEndpointArn: string;
  /** The same database, with the slot that `forwardCdcTask` starts from. */
  readonly slotSourceEndpointArn: string;
  readonly targetEndpointArn: string;
  readonly sourceSecretArn: string;
  readonly targetSecretArn: string;
  /** What DMS signs in to Aurora with, for whoever creates that role there. */
  readonly targetCredentials: DmsCredentials;
  /** The slot on the on-premises server that the orchestrator makes for `forwardCdcTask`, with `pluginName`. */
  readonly forwardSlotName: string;
  readonly pluginName: DecodingPlugin;

  /** @throws Error with every prop that is out of range, or with everything that the linter refuses */
  constructor(scope: Construct, id: string, props: DmsReplicationProps) {
    super(scope, id);
    requireNone([...replicationProblems(props), ...instanceProblems(props)]);
    this.pluginName = props.pluginName ?? 'test_decoding';
    this.forwardSlotName = forwardSlotName(Deployment.of(this).suffix);
    const plan = this.plan(props);

    this.securityGroup = replicationSecurityGroup(this, props);
    const instance = new DmsInstance(this, 'Instance', {
      ...props,
      securityGroupId: this.securityGroup.securityGroupId,
      encryptionKey: props.replicationKey,
    });
    this.replicationInstanceArn = instance.replicationInstanceArn;
    this.replicationInstanceId = instance.replicationInstanceId;
    this.logGroupName = instance.logGroup.logGroupName;

    const { source, slotSource, target, targetCredentials } = this.endpoints(plan, props);
    this.sourceEndpointArn = source.endpointArn;
    this.slotSourceEndpointArn = slotSource.endpointArn;
    this.targetEndpointArn = target.endpointArn;
    this.sourceSecretArn = source.secretArn;
    this.targetSecretArn = target.secretArn;
    this.targetCredentials = targetCredentials;

    const common = {
      replicationInstanceArn: this.replicationInstanceArn,
      targetEndpointArn: target.endpointArn,
      mappings: plan.mappings,
      tables: props.tables,
    };
    this.fullLoadTask = new DmsTask(this, 'FullLoadAndCdc', {
      ...common,
      component: 'full-load-and-cdc',
      migrationType: 'full-load-and-cdc',
      sourceEndpointArn: source.endpointArn,
      settings: plan.fullLoadSettings,
    });
    this.forwardCdcTask = new DmsTask(this, 'ForwardCdc', {
      ...common,
      component: 'forward-cdc',
      migrationType: 'cdc',
      sourceEndpointArn: slotSource.endpointArn,
      settings: plan.cdcSettings,
    });
    new DmsEvents(this, 'Events', {
      topicArn: props.failureTopicArn,
      replicationInstanceId: this.replicationInstanceId,
      replicationTaskIds: [this.fullLoadTask.replicationTaskId, this.forwardCdcTask.replicationTaskId],
    });
  }

  /** Lints everything that is going to be built, so that one error tells all. */
  private plan(props: DmsReplicationProps): ReplicationPlan {
    const certificate = (id: string, component: string, certificatePem: string): string =>
      new DmsCertificate(this, id, { component, certificatePem }).certificateArn;
    const { source, target } = props;
    const options: ReplicationPlanOptions = {
      ...props,
      slotName: this.forwardSlotName,
      source: {
        host: source.host,
        databaseName: source.databaseName,
        certificateArn: certificate('OnPremisesCertificate', 'on-premises-ca', source.caCertificatePem),
      },
      target: {
        host: target.host,
        databaseName: target.databaseName,
        certificateArn: certificate('RdsCertificate', 'rds-ca', rdsCaBundle(Deployment.of(this).region)),
      },
    };
    const findings = lintReplication(options);
    refuseErrors('replication', findings);
    findings.forEach((found) => {
      Annotations.of(this).addWarning(findingText(found));
    });
    return planReplication(options);
  }

  private endpoints(plan: ReplicationPlan, { source, target, secretsKey, replicationKey }: DmsReplicationProps) {
    const sourceCredentials = new DmsCredentials(this, 'SourceCredentials', {
      component: 'dms-source-credentials',
      description: 'How DMS reads the on-premises database. Its DBA gives the role this password, or writes one here.',
      host: source.host,
      port: source.port ?? DEFAULT_POSTGRES_PORT,
      username: source.username ?? CAPTURE_ROLE,
      databaseName: source.databaseName,
      encryptionKey: secretsKey,
    });
    const targetCredentials = new DmsCredentials(this, 'TargetCredentials', {
      component: 'dms-target-credentials',
      description: 'How DMS writes to Aurora',
      host: target.host,
      port: target.port,
      username: target.username ?? APPLY_ROLE,
      databaseName: target.databaseName,
      encryptionKey: secretsKey,
    });
    return {
      targetCredentials,
      source: new DmsPostgresEndpoint(this, 'OnPremisesSource', {
        component: 'on-premises-source',
        settings: plan.fullLoadSource,
        migrationType: 'full-load-and-cdc',
        credentials: sourceCredentials,
        encryptionKey: replicationKey,
      }),
      slotSource: new DmsPostgresEndpoint(this, 'OnPremisesSlotSource', {
        component: 'on-premises-slot-source',
        settings: plan.cdcSource,
        migrationType: 'cdc',
        credentials: sourceCredentials,
        encryptionKey: replicationKey,
      }),
      target: new DmsPostgresEndpoint(this, 'AuroraTarget', {
        component: 'aurora-target',
        settings: plan.target,
        credentials: targetCredentials,
        encryptionKey: replicationKey,
      }),
    };
  }
}
