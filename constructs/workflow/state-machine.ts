import { SfnStateMachine } from '@cdktf/provider-aws/lib/sfn-state-machine';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import { EncryptedLogGroup, type LogRetentionDays } from '../monitoring/encrypted-log-group';
import { Deployment } from '../naming';
import { type Grantee, onlyForAccount, type PolicyStatement, ServiceRole } from '../policy';

/** A state machine in the Amazon States Language, as `JSON.stringify` writes it. */
export type StateMachineDefinition = Readonly<Record<string, unknown>>;

export interface StateMachineProps {
  /** The machine's name without the suffix, for instance `comparison`; at most 80 characters with it. */
  readonly component: string;
  /** What the machine does, in one sentence: its role says it. */
  readonly description: string;
  /** What it does, with values of other resources in it. JSONPath only. */
  readonly definition: StateMachineDefinition;
  /** The key for the log group. */
  readonly logEncryptionKey: EncryptionKey;
  /** Days until a log event expires. */
  readonly logRetentionDays: LogRetentionDays;
}

/**
 * Step Functions sets up the delivery of its logs with the machine's role; these actions know no resources.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
 */
const DELIVER_LOGS: PolicyStatement = {
  sid: 'DeliverLogs',
  actions: [
    'logs:CreateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:DescribeLogGroups',
    'logs:DescribeResourcePolicies',
    'logs:GetLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:UpdateLogDelivery',
  ],
  resources: ['*'],
};

/** X-Ray has no resource-level permissions. @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html */
const SEND_TRACES: PolicyStatement = {
  sid: 'SendTraces',
  actions: ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
  resources: ['*'],
};

/**
 * A Step Functions state machine (STANDARD): everything that happens in it is logged, with data, under a customer key, and
 * traced. So no state may hold a secret or a value of a row. A change of the definition leaves running executions as they
 * are.
 */
export class StateMachine extends Construct {
  readonly component: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly role: ServiceRole;
  readonly logGroup: EncryptedLogGroup;
  private readonly deployment: Deployment;

  constructor(scope: Construct, id: string, props: StateMachineProps) {
    super(scope, id);
    this.deployment = Deployment.of(this);
    this.component = props.component;
    const name = this.deployment.name(props.component, 'state-machine');
    this.stateMachineName = name;
    this.logGroup = new EncryptedLogGroup(this, 'Logs', {
      // The policy that lets AWS deliver logs has room for a few names only; one for this prefix is there once and for all.
      logGroupName: `/aws/vendedlogs/states/${name}`,
      encryptionKey: props.logEncryptionKey,
      retentionDays: props.logRetentionDays,
    });
    this.role = new ServiceRole(this, 'Role', {
      component: `${props.component}-machine`,
      service: 'states.amazonaws.com',
      description: props.description,
      trustConditions: onlyForAccount(this.deployment.accountId, this.ownArn()),
    });
    this.role.addStatements(DELIVER_LOGS, SEND_TRACES);
    this.stateMachineArn = new SfnStateMachine(this, 'StateMachine', {
      name,
      type: 'STANDARD',
      roleArn: this.role.roleArn,
      definition: JSON.stringify(props.definition),
      loggingConfiguration: {
        level: 'ALL',
        includeExecutionData: true,
        logDestination: `${this.logGroup.logGroupArn}:*`,
      },
      tracingConfiguration: { enabled: true },
      // Step Functions tries the role when the machine is created.
      dependsOn: this.role.inlinePolicy === undefined ? [] : [this.role.inlinePolicy],
    }).arn;
  }

  /** Lets a role start executions. */
  grantStart(grantee: Grantee): void {
    grantee.addStatements({ actions: ['states:StartExecution'], resources: [this.stateMachineArn] });
  }

  /** Lets a role find executions; it says only of those that it finds how they ended. */
  grantList(grantee: Grantee): void {
    grantee.addStatements({ actions: ['states:ListExecutions'], resources: [this.stateMachineArn] });
  }

  /** Lets a role see how an execution is. */
  grantDescribe(grantee: Grantee): void {
    grantee.addStatements({ actions: ['states:DescribeExecution'], resources: [this.executionArns] });
  }

  /** Lets people find executions, and see what happened in them. */
  grantFollow(grantee: Grantee): void {
    this.grantList(grantee);
    grantee.addStatements({
      actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
      resources: [this.executionArns],
    });
  }

  /** Every execution. Written out: what looks at executions may be called by the machine, which then waits for it. */
  private get executionArns(): string {
    return this.deployment.arn('states', `execution:${this.stateMachineName}:*`);
  }

  /**
   * Lets the machine run a Distributed Map: it starts the children as executions of itself, looks at them, and starts those
   * that failed once more when the execution is redriven. Its ARNs are written out, because the machine waits for its role.
   * @param label the map's `Label`
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
   */
  allowDistributedMap(label: string): void {
    const execution = (name: string): string => this.deployment.arn('states', `execution:${name}`);
    this.role.addStatements(
      { sid: 'StartChildren', actions: ['states:StartExecution'], resources: [this.ownArn()] },
      {
        sid: 'FollowChildren',
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: [execution(`${this.stateMachineName}:*`), execution(`${this.stateMachineName}/${label}:*`)],
      },
      {
        sid: 'RedriveChildren',
        actions: ['states:RedriveExecution'],
        resources: [execution(`${this.stateMachineName}/${label}:*`)],
      },
    );
  }

  private ownArn(): string {
    return this.deployment.arn('states', `stateMachine:${this.stateMachineName}`);
  }
}
