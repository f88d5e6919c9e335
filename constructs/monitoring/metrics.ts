/** The units that CloudWatch knows, as far as the metrics below use them. */
export type MetricUnit = 'Bytes' | 'Count' | 'Count/Second' | 'Milliseconds' | 'None' | 'Percent' | 'Seconds';

export interface MetricFacts {
  readonly unit: MetricUnit;
  /** The sets of dimensions that the service publishes the metric with: CloudWatch finds data under no other set. */
  readonly dimensions: readonly (readonly string[])[];
}

export interface NamespaceFacts {
  /** The service's own list of its metrics; for our own, the file that lists them. */
  readonly source: string;
  readonly metrics: Readonly<Record<string, MetricFacts>>;
}

const LOAD_BALANCER = ['LoadBalancer'] as const;
const TARGET_GROUP = ['LoadBalancer', 'TargetGroup'] as const;
const CLUSTER = ['DBClusterIdentifier'] as const;
const INSTANCE = ['DBInstanceIdentifier'] as const;
const REPLICATION_INSTANCE = ['ReplicationInstanceIdentifier'] as const;
const REPLICATION_TASK = ['ReplicationInstanceIdentifier', 'ReplicationTaskIdentifier'] as const;
const NAT_GATEWAY = ['NatGatewayId'] as const;
const VPN = ['VpnId'] as const;
const TUNNEL = ['VpnId', 'TunnelIpAddress'] as const;
const FUNCTION = ['FunctionName'] as const;
const QUEUE = ['QueueName'] as const;
const TABLE = ['TableName'] as const;
const TABLE_OPERATION = ['TableName', 'Operation'] as const;
const TABLE_INDEX = ['TableName', 'GlobalSecondaryIndexName'] as const;
const STATE_MACHINE = ['StateMachineArn'] as const;
const ENVIRONMENT = ['Environment'] as const;
const ENVIRONMENT_CURRENCY = ['Environment', 'Currency'] as const;

const count = <const D extends readonly (readonly string[])[]>(...dimensions: D) =>
  ({ unit: 'Count', dimensions }) as const;
const bytes = <const D extends readonly (readonly string[])[]>(...dimensions: D) =>
  ({ unit: 'Bytes', dimensions }) as const;
const percent = <const D extends readonly (readonly string[])[]>(...dimensions: D) =>
  ({ unit: 'Percent', dimensions }) as const;

/**
 * The metrics that alarms and dashboards may name, with unit and dimensions as the services publish them. A metric that
 * is not here, or has other dimensions, makes an alarm that never has data: look it up at the source before adding it.
 */
export const METRICS = {
  // What the functions of the payment path count themselves; a test holds names and units equal to theirs.
  Payments: {
    source: 'lambda/shared/metrics.ts',
    metrics: {
      PaymentsReceived: count(ENVIRONMENT),
      PaymentsApproved: count(ENVIRONMENT),
      PaymentsRejected: count(ENVIRONMENT),
      PaymentsBooked: count(ENVIRONMENT),
      PaymentsDuplicate: count(ENVIRONMENT),
      PaymentsFailed: count(ENVIRONMENT),
      PaymentsRedriven: count(ENVIRONMENT),
      AmountBooked: { unit: 'None', dimensions: [ENVIRONMENT_CURRENCY] },
      EndToEndLatency: { unit: 'Milliseconds', dimensions: [ENVIRONMENT] },
      OldestOpenPaymentAge: { unit: 'Seconds', dimensions: [ENVIRONMENT] },
      TrafficOutsideClearance: count(ENVIRONMENT),
      ClearanceParameterRepaired: count(ENVIRONMENT),
      RollbackTimeSeconds: { unit: 'Seconds', dimensions: [ENVIRONMENT] },
      RecoveryPointSeconds: { unit: 'Seconds', dimensions: [ENVIRONMENT] },
      OrphanedReplicationSlots: count(ENVIRONMENT),
      RetainedWalBytesOnPremises: bytes(ENVIRONMENT),
      RetainedWalBytesAurora: bytes(ENVIRONMENT),
    },
  },
  // Only what has a value other than zero is reported; RequestCount and UnHealthyHostCount always are.
  'AWS/ApplicationELB': {
    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html',
    metrics: {
      RequestCount: count(LOAD_BALANCER, TARGET_GROUP),
      HTTPCode_ELB_4XX_Count: count(LOAD_BALANCER),
      HTTPCode_ELB_5XX_Count: count(LOAD_BALANCER),
      HTTPCode_Target_4XX_Count: count(LOAD_BALANCER, TARGET_GROUP),
      HTTPCode_Target_5XX_Count: count(LOAD_BALANCER, TARGET_GROUP),
      RejectedConnectionCount: count(LOAD_BALANCER),
      ClientTLSNegotiationErrorCount: count(LOAD_BALANCER),
      TargetResponseTime: { unit: 'Seconds', dimensions: [LOAD_BALANCER, TARGET_GROUP] },
      UnHealthyHostCount: count(TARGET_GROUP),
      // For functions as targets these two stand in place of connection errors, which do not exist for them.
      LambdaUserError: count(TARGET_GROUP),
      LambdaInternalError: count(TARGET_GROUP),
    },
  },
  'AWS/RDS': {
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html',
    metrics: {
      CPUUtilization: percent(INSTANCE, CLUSTER),
      DatabaseConnections: count(INSTANCE, CLUSTER),
      Deadlocks: { unit: 'Count/Second', dimensions: [INSTANCE, CLUSTER] },
      FreeableMemory: bytes(INSTANCE, CLUSTER),
      // Not for Serverless v2.
      FreeLocalStorage: bytes(INSTANCE, CLUSTER),
      // Serverless v2 only: capacity as a share of the most the cluster may use.
      ACUUtilization: percent(INSTANCE, CLUSTER),
      // The writer's.
      AuroraReplicaLagMaximum: { unit: 'Milliseconds', dimensions: [INSTANCE, CLUSTER] },
      // The writer's; -1 while there is no logical replication.
      TransactionLogsDiskUsage: bytes(INSTANCE, CLUSTER),
      MaximumUsedTransactionIDs: count(INSTANCE, CLUSTER),
    },
  },
  // A task's identifier here is the last part of its ARN, not the name that it was created with.
  'AWS/DMS': {
    source: 'https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Monitoring.html',
    metrics: {
      CPUUtilization: percent(REPLICATION_INSTANCE),
      FreeableMemory: bytes(REPLICATION_INSTANCE),
      FreeStorageSpace: bytes(REPLICATION_INSTANCE),
      SwapUsage: bytes(REPLICATION_INSTANCE),
      CDCLatencySource: { unit: 'Seconds', dimensions: [REPLICATION_TASK] },
      CDCLatencyTarget: { unit: 'Seconds', dimensions: [REPLICATION_TASK] },
      CDCIncomingChanges: count(REPLICATION_TASK),
      // https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Validating.html
      ValidationFailedOverallCount: count(REPLICATION_TASK),
      ValidationPendingOverallCount: count(REPLICATION_TASK),
      ValidationSuspendedOverallCount: count(REPLICATION_TASK),
    },
  },
  // The function's name alone counts all its versions and aliases together.
  'AWS/Lambda': {
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html',
    metrics: {
      Errors: count(FUNCTION),
      Throttles: count(FUNCTION),
      Duration: { unit: 'Milliseconds', dimensions: [FUNCTION] },
      ConcurrentExecutions: count(FUNCTION),
      // The age of the last record of a batch; reported only when there is a batch.
      IteratorAge: { unit: 'Milliseconds', dimensions: [FUNCTION] },
    },
  },
  // Counted when an execution ends.
  'AWS/States': {
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html',
    metrics: {
      ExecutionsFailed: count(STATE_MACHINE),
      ExecutionsTimedOut: count(STATE_MACHINE),
      ExecutionsAborted: count(STATE_MACHINE),
    },
  },
  // A queue that was empty and unused for six hours reports nothing.
  'AWS/SQS': {
    source:
      'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html',
    metrics: {
      ApproximateNumberOfMessagesVisible: count(QUEUE),
      ApproximateAgeOfOldestMessage: { unit: 'Seconds', dimensions: [QUEUE] },
    },
  },
  // Only what is not zero is reported. Throttling of an index is not in its table's metric. UserErrors is for the whole
  // account: no alarm of one environment can use it.
  'AWS/DynamoDB': {
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html',
    metrics: {
      ReadThrottleEvents: count(TABLE, TABLE_INDEX),
      WriteThrottleEvents: count(TABLE, TABLE_INDEX),
      SystemErrors: count(TABLE_OPERATION),
    },
  },
  'AWS/NATGateway': {
    source: 'https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html',
    metrics: {
      ErrorPortAllocation: count(NAT_GATEWAY),
      PacketsDropCount: count(NAT_GATEWAY),
      PacketsInFromDestination: count(NAT_GATEWAY),
      PacketsInFromSource: count(NAT_GATEWAY),
    },
  },
  // 1 is up, 0 is down; under the connection's id both tunnels are aggregated.
  'AWS/VPN': {
    source: 'https://docs.aws.amazon.com/vpn/latest/s2svpn/monitoring-cloudwatch-vpn.html',
    metrics: {
      TunnelState: { unit: 'None', dimensions: [VPN, TUNNEL] },
    },
  },
} as const satisfies Readonly<Record<string, NamespaceFacts>>;

export type MetricNamespace = keyof typeof METRICS;

/** The names of a namespace's metrics. */
export type MetricName<N extends MetricNamespace> = keyof (typeof METRICS)[N]['metrics'] & string;

/** The facts of a metric by name, where the compiler does not know the name; undefined when the table lacks it. */
export function metricFacts(namespace: MetricNamespace, name: string): MetricFacts | undefined {
  const metrics: Readonly<Record<string, MetricFacts>> = METRICS[namespace].metrics;
  return Object.hasOwn(metrics, name) ? metrics[name] : undefined;
}
