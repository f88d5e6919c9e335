import { Annotations } from 'cdktf';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import type { Grantee } from '../policy';
import type { SecurityGroup } from '../network/security-group';
import { requireNone } from '../validation/problem';
import { DmsCertificate } from './dms-certificate';
import type { DmsCredentials } from './dms-credentials';
import { dmsEndpoints } from './dms-endpoints';
import { DmsEvents } from './dms-events';
import { DmsInstance } from './dms-instance';
import { instanceProblems } from './instance-problems';
import type { DmsReplicationProps } from './dms-replication-props';
import { DmsTask } from './dms-task';
import type { DecodingPlugin } from './endpoint-settings';
import { findingText, refuseErrors } from './lint';
import { forwardSlotName, reverseSlotName } from './names';
import { rdsCaBundle } from './rds-ca-bundle';
import {
  AURORA_PLUGIN,
  lintReplication,
  planReplication,
  type ReplicationPlan,
  type ReplicationPlanOptions,
} from './replication-plan';
import { replicationProblems } from './replication-problems';
import { replicationSecurityGroup } from './replication-security-group';

/**
 * DMS between the on-premises PostgreSQL and Aurora: three tasks, all created stopped. `full-load-and-cdc` copies
 * everything, pauses for indexes, keys and triggers, and follows; its slot is DMS's own. `reverse-cdc` is the way back, and
 * `forward-cdc` goes forward again after a rollback: both start from the position of a slot (`reverseSlotName` on Aurora,
 * `forwardSlotName` on-premises) that the orchestrator makes while both databases are frozen. Slots are named at the
 * endpoint, hence two source endpoints on the on-premises database. Never do two tasks run that replicate in different
 * directions, but for the moment inside a freeze in which one is armed.
 *
 * The on-premises DBA creates the capture role with the password in the secret `sourceSecretArn` (or writes the role's
 * password there), the apply role with that in `reverseTargetSecretArn`, and the schema `awsdms_control` for both; in Aurora
 * the roles `dms_apply`, with rds_superuser, and `dms_capture`, with rds_replication, likewise.
 */
export class DmsReplication extends Construct {
  readonly securityGroup: SecurityGroup;
  readonly replicationInstanceArn: string;
  readonly replicationInstanceId: string;
  readonly logGroupName: string;
  readonly fullLoadTask: DmsTask;
  readonly forwardCdcTask: DmsTask;
  readonly reverseCdcTask: DmsTask;
  readonly sourceEndpointArn: string;
  /** The same database, with the slot that `forwardCdcTask` starts from. */
  readonly slotSourceEndpointArn: string;
  readonly targetEndpointArn: string;
  /** Aurora, as the way back reads it. */
  readonly reverseSourceEndpointArn: string;
  /** The on-premises database, as the way back writes to it. */
  readonly reverseTargetEndpointArn: string;
  readonly sourceSecretArn: string;
  readonly targetSecretArn: string;
  readonly reverseSourceSecretArn: string;
  readonly reverseTargetSecretArn: string;
  /** What DMS writes to Aurora with, for whoever creates that role there. */
  readonly targetCredentials: DmsCredentials;
  /** What DMS reads Aurora with on the way back, for whoever creates that role there. */
  readonly reverseSourceCredentials: DmsCredentials;
  /** The slot on the on-premises server that the orchestrator makes for `forwardCdcTask`, with `pluginName`. */
  readonly forwardSlotName: string;
  readonly pluginName: DecodingPlugin;
  /** The slot on Aurora that it makes for `reverseCdcTask`, with `reversePluginName`. */
  readonly reverseSlotName: string;
  readonly reversePluginName = AURORA_PLUGIN;

  /** @throws Error with every prop that is out of range, or with everything that the linter refuses */
  constructor(scope: Construct, id: string, props: DmsReplicationProps) {
    super(scope, id);
    requireNone([...replicationProblems(props), ...instanceProblems(props)]);
    this.pluginName = props.pluginName ?? 'test_decoding';
    this.forwardSlotName = forwardSlotName(Deployment.of(this).suffix);
    this.reverseSlotName = reverseSlotName(Deployment.of(this).suffix);
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

    const endpoints = dmsEndpoints(this, plan, props);
    const { source, slotSource, target, reverseSource, reverseTarget } = endpoints;
    this.sourceEndpointArn = source.endpointArn;
    this.slotSourceEndpointArn = slotSource.endpointArn;
    this.targetEndpointArn = target.endpointArn;
    this.reverseSourceEndpointArn = reverseSource.endpointArn;
    this.reverseTargetEndpointArn = reverseTarget.endpointArn;
    this.sourceSecretArn = source.secretArn;
    this.targetSecretArn = target.secretArn;
    this.reverseSourceSecretArn = reverseSource.secretArn;
    this.reverseTargetSecretArn = reverseTarget.secretArn;
    this.targetCredentials = endpoints.targetCredentials;
    this.reverseSourceCredentials = endpoints.reverseSourceCredentials;

    const common = { replicationInstanceArn: this.replicationInstanceArn, tables: props.tables };
    const forward = {
      ...common,
      direction: 'forward',
      targetEndpointArn: target.endpointArn,
      mappings: plan.mappings.forward,
    } as const;
    this.fullLoadTask = new DmsTask(this, 'FullLoadAndCdc', {
      ...forward,
      component: 'full-load-and-cdc',
      migrationType: 'full-load-and-cdc',
      sourceEndpointArn: source.endpointArn,
      settings: plan.fullLoadSettings,
    });
    this.forwardCdcTask = new DmsTask(this, 'ForwardCdc', {
      ...forward,
      component: 'forward-cdc',
      migrationType: 'cdc',
      sourceEndpointArn: slotSource.endpointArn,
      settings: plan.cdcSettings,
    });
    this.reverseCdcTask = new DmsTask(this, 'ReverseCdc', {
      ...common,
      component: 'reverse-cdc',
      direction: 'reverse',
      migrationType: 'cdc',
      sourceEndpointArn: reverseSource.endpointArn,
      targetEndpointArn: reverseTarget.endpointArn,
      mappings: plan.mappings.reverse,
      settings: plan.cdcSettings,
    });
    new DmsEvents(this, 'Events', {
      topicArn: props.failureTopicArn,
      replicationInstanceId: this.replicationInstanceId,
      replicationTaskIds: [this.fullLoadTask, this.forwardCdcTask, this.reverseCdcTask].map(
        ({ replicationTaskId }) => replicationTaskId,
      ),
    });
  }

  /** Where a function finds tasks and slots: the variables of its environment. */
  get functionEnvironment() {
    return {
      LOAD_TASK_ARN: this.fullLoadTask.replicationTaskArn,
      FORWARD_TASK_ARN: this.forwardCdcTask.replicationTaskArn,
      REVERSE_TASK_ARN: this.reverseCdcTask.replicationTaskArn,
      FORWARD_SLOT: this.forwardSlotName,
      REVERSE_SLOT: this.reverseSlotName,
    } as const;
  }

  /** Lets a role start and stop the tasks, and see how they are; not change or delete them. */
  grantRun(grantee: Grantee): void {
    this.grantWatch(grantee);
    grantee.addStatements({
      sid: 'RunReplication',
      actions: ['dms:StartReplicationTask', 'dms:StopReplicationTask'],
      resources: this.taskArns,
    });
  }

  /**
   * Lets a role see how the tasks are. DMS lets only those find a task who may find every one.
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsdatabasemigrationservice.html
   */
  grantWatch(grantee: Grantee): void {
    grantee.addStatements(
      { sid: 'FindReplication', actions: ['dms:DescribeReplicationTasks'], resources: ['*'] },
      { sid: 'WatchReplication', actions: ['dms:DescribeTableStatistics'], resources: this.taskArns },
    );
  }

  private get taskArns(): string[] {
    return [this.fullLoadTask, this.forwardCdcTask, this.reverseCdcTask].map(
      ({ replicationTaskArn }) => replicationTaskArn,
    );
  }

  /** Lints everything that is going to be built, so that one error tells all. */
  private plan(props: DmsReplicationProps): ReplicationPlan {
    const certificate = (id: string, component: string, certificatePem: string): string =>
      new DmsCertificate(this, id, { component, certificatePem }).certificateArn;
    const { source, target } = props;
    const options: ReplicationPlanOptions = {
      ...props,
      slotNames: { forward: this.forwardSlotName, reverse: this.reverseSlotName },
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
}
