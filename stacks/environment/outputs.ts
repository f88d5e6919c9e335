import type { NodeFunction } from '../../constructs/compute';
import type { AuroraCluster } from '../../constructs/database';
import type { AlertTopics, OverviewDashboard } from '../../constructs/monitoring';
import type { SecurityGroup } from '../../constructs/network/security-group';
import type { DmsReplication } from '../../constructs/replication';
import type { Environment } from '../configuration';
import { type Cutover, cutoverFunctionsOf } from './cutover';
import type { Foundations } from './foundations';
import { ledgerFunctionsOf, type LedgerDatabase } from './ledger-migration';
import type { PaymentApi } from './payment-api';
import { functionsOf, type PaymentPath, queuesOf } from './payment-path';
import type { PaymentStores } from './payment-stores';
import { type Verification, verificationFunctionsOf } from './verification';

/** What an environment's outputs tell of. */
export interface OutputParts extends Foundations {
  readonly environment: Environment;
  readonly database: AuroraCluster;
  readonly api: PaymentApi;
  readonly path: PaymentPath;
  readonly stores: PaymentStores;
  readonly ledger: LedgerDatabase;
  readonly topics: AlertTopics;
  readonly dashboard: OverviewDashboard;
  readonly replication: DmsReplication | undefined;
  readonly verification: Verification | undefined;
  readonly cutover: Cutover | undefined;
}

/** An output's value and what it is, in one sentence. */
export interface Output {
  readonly value: unknown;
  readonly description: string;
}

const output = (value: unknown, description: string): Output => ({ value, description });

/** The outputs of an environment by name: a contract. The README lists each one. */
export function environmentOutputs(parts: OutputParts): Readonly<Record<string, Output>> {
  return {
    ...networkOutputs(parts),
    ...databaseOutputs(parts),
    ...apiOutputs(parts),
    ...pathOutputs(parts),
    ...replicationOutputs(parts),
    ...verificationOutputs(parts),
    ...cutoverOutputs(parts),
  };
}

const networkOutputs = (parts: OutputParts) => {
  const { network } = parts;
  return {
    vpc_id: output(network.vpcId, 'The VPC.'),
    public_subnet_ids: output(network.publicSubnetIds, 'The public subnets, in the order of the availability zones.'),
    private_subnet_ids: output(
      network.privateSubnetIds,
      'The private subnets, in the order of the availability zones.',
    ),
    database_subnet_ids: output(
      network.databaseSubnetIds,
      'The database subnets, in the order of the availability zones.',
    ),
    security_group_ids: output(
      Object.fromEntries(securityGroupsOf(parts).map((group) => [group.component, group.securityGroupId])),
      'The security groups by component.',
    ),
    nat_gateway_public_ips: output(
      network.natGatewayPublicIps,
      'The addresses that the outside sees, by availability zone: for partners who admit only known ones.',
    ),
  };
};

const securityGroupsOf = (parts: OutputParts): SecurityGroup[] =>
  [
    parts.network.endpoints,
    parts.database.securityGroup,
    parts.api.loadBalancer.securityGroup,
    ...allFunctionsOf(parts).map(({ securityGroup }) => securityGroup),
    parts.replication?.securityGroup,
  ].filter((group) => group !== undefined);

/** Every function of the environment. */
const allFunctionsOf = ({ api, path, ledger, verification, cutover }: OutputParts): NodeFunction[] => [
  api.function,
  ...functionsOf(path),
  ...ledgerFunctionsOf(ledger),
  ...verificationFunctionsOf(verification),
  ...cutoverFunctionsOf(cutover),
];

const databaseOutputs = ({ database }: OutputParts) => ({
  aurora_endpoint: output(database.endpoint, "The cluster's writer endpoint."),
  aurora_reader_endpoint: output(database.readerEndpoint, "The cluster's reader endpoint."),
  aurora_master_secret_arn: output(
    database.masterSecretArn,
    "The secret with the master user's name and password, which RDS rotates.",
  ),
});

const apiOutputs = (parts: OutputParts) => ({
  api_endpoint: output(
    `https://${parts.environment.dns.apiHostName}`,
    'Where clients reach the payment API, on either side.',
  ),
  alb_dns_name: output(parts.api.loadBalancer.dnsName, "The load balancer's own name, which always leads to AWS."),
  alb_arn: output(parts.api.loadBalancer.arn, 'The load balancer.'),
  release: output(
    Object.fromEntries(
      allFunctionsOf(parts).map(({ component, release, codeSha256 }) => [
        component,
        { release, code_sha256: codeSha256 },
      ]),
    ),
    'What runs here, by function: the release and the digest of its code. Promotion deploys exactly this.',
  ),
  alert_topic_arns: output(parts.topics.topicArns, 'The topics of alerts by severity.'),
  dashboard_name: output(parts.dashboard.dashboardName, 'The dashboard with every alarm and the metrics behind it.'),
});

const pathOutputs = ({ stores, path }: OutputParts) => ({
  transactions_table: output(stores.transactions.tableName, 'The table of the payments that were accepted.'),
  migration_state_table: output(
    stores.migrationState.tableName,
    'The table with the authority item, which says which database may be written.',
  ),
  audit_bucket: output(stores.auditBucket.bucketName, 'The bucket of the audit records, each locked for its time.'),
  notification_topic_arns: output(
    {
      'failed-transactions': stores.failedTransactions.topicArn,
      'system-errors': stores.systemErrors.topicArn,
    },
    'The topics that functions publish to: payments that cannot be worked off, and unexpected faults.',
  ),
  failed_queue_urls: output(
    Object.fromEntries(queuesOf(path).map(([component, queue]) => [component, queue.queueUrl])),
    'The queues of what functions gave up, by function.',
  ),
});

const replicationOutputs = ({ replication }: OutputParts): Readonly<Record<string, Output>> =>
  replication === undefined
    ? {}
    : {
        replication_task_arn: output(
          replication.fullLoadTask.replicationTaskArn,
          'The DMS task from on-premises to Aurora: full load, then changes. Created stopped.',
        ),
        replication_forward_cdc_task_arn: output(
          replication.forwardCdcTask.replicationTaskArn,
          'The DMS task that goes forward again after a rollback: changes only. Created stopped.',
        ),
        replication_reverse_task_arn: output(
          replication.reverseCdcTask.replicationTaskArn,
          'The DMS task from Aurora back to on-premises: changes only. Created stopped.',
        ),
        replication_instance_arn: output(replication.replicationInstanceArn, 'The DMS replication instance.'),
        replication_source_secret_arn: output(
          replication.sourceSecretArn,
          'The secret with which DMS reads the on-premises database.',
        ),
        replication_target_secret_arn: output(
          replication.targetSecretArn,
          'The secret with which DMS writes to Aurora.',
        ),
        replication_reverse_source_secret_arn: output(
          replication.reverseSourceSecretArn,
          'The secret with which DMS reads Aurora, on the way back.',
        ),
        replication_reverse_target_secret_arn: output(
          replication.reverseTargetSecretArn,
          'The secret with which DMS writes to the on-premises database, on the way back.',
        ),
      };

const verificationOutputs = ({ verification }: OutputParts): Readonly<Record<string, Output>> =>
  verification === undefined
    ? {}
    : {
        comparison_state_machine_arn: output(
          verification.machine.stateMachineArn,
          'The state machine that compares the databases of both sides, and succeeds only if they are equal.',
        ),
        comparison_bucket: output(
          verification.bucketName,
          'The bucket of what comparisons found: comparisons/<execution>/report.json.',
        ),
      };

const MACHINES = {
  replicate: 'sets up replication from on-premises to Aurora',
  advance: 'lets AWS have more of the traffic',
  cutover: 'moves the right to write to Aurora',
  rollback: 'gives the right to write and the traffic back to on-premises',
  resume: 'leaves a freeze that was left standing',
  finish: 'removes what keeps the way back',
} as const satisfies Readonly<Record<keyof Cutover['machines'], string>>;

const cutoverOutputs = ({ cutover }: OutputParts): Readonly<Record<string, Output>> =>
  cutover === undefined
    ? {}
    : {
        ...Object.fromEntries(
          (Object.keys(MACHINES) as (keyof typeof MACHINES)[]).map((name) => [
            `${name}_state_machine_arn`,
            output(cutover.machines[name].stateMachineArn, `The state machine that ${MACHINES[name]}.`),
          ]),
        ),
        rollback_trigger_function: output(
          cutover.rollbackTrigger.function.functionName,
          'The function that starts the rollback at once.',
        ),
        migration_approvals_policy_arn: output(
          cutover.policyArns.approvals,
          'The IAM policy for those who approve executions of the migration.',
        ),
        migration_operations_policy_arn: output(
          cutover.policyArns.operations,
          'The IAM policy for those who run the migration.',
        ),
      };
