import type { MonitoredResource, MonitoredResources } from './alarm-row';

/** What alarms need to know of a function: a `NodeFunction` has it. */
export interface MonitoredFunction {
  readonly functionName: string;
  readonly timeoutSeconds: number;
  /** The most executions at once; undefined without a reservation, 0 where the function is stopped. */
  readonly reservedConcurrency: number | undefined;
}

export interface MonitoredFunctionsProps {
  /** The functions by what they are called in alarms: `payment-validation`. */
  readonly functions: Readonly<Record<string, MonitoredFunction>>;
  /** Which of them consume a stream, by the same names. */
  readonly streamConsumers: readonly string[];
}

/** Lambda functions, for the alarms. */
export const monitoredFunctions = ({ functions, streamConsumers }: MonitoredFunctionsProps): MonitoredResources => {
  const entries = Object.entries(functions);
  const unknown = streamConsumers.filter((key) => !Object.hasOwn(functions, key));
  if (unknown.length > 0) {
    throw new Error(
      `streamConsumers must name functions, got ${unknown.join(', ')}; the functions: ${Object.keys(functions).join(', ')}`,
    );
  }
  return {
    function: entries.map(([key, target]) => ({
      ...monitored(key, target),
      constants: { timeoutMilliseconds: target.timeoutSeconds * 1000 },
    })),
    'reserved-function': entries.flatMap(([key, target]) => {
      const { reservedConcurrency: reserved } = target;
      // Nothing runs in a function that is stopped, and one that runs once at a time uses all of it whenever it runs.
      return reserved === undefined || reserved <= 1 ? [] : [{ ...monitored(key, target), constants: { reserved } }];
    }),
    'stream-consumer': entries
      .filter(([key]) => streamConsumers.includes(key))
      .map(([key, target]) => monitored(key, target)),
  };
};

const monitored = (key: string, { functionName }: MonitoredFunction): MonitoredResource<'function'> => ({
  key,
  dimensions: { FunctionName: functionName },
});

/** The function that rotates secrets, for the alarms. */
export const monitoredRotation = (functionName: string): MonitoredResources => ({
  'rotation-function': [{ dimensions: { FunctionName: functionName } }],
});

/** The state machine that compares the databases, for the alarms. */
export const monitoredComparison = (StateMachineArn: string): MonitoredResources => ({
  comparison: [{ dimensions: { StateMachineArn } }],
});

/** Whose executions may leave the databases frozen: these page however they fail; the others warn. */
const PAGING_MACHINES: readonly string[] = ['cutover', 'rollback'];

/** The state machines of the migration, by their names, for instance `cutover`. */
export const monitoredMachines = (stateMachineArns: Readonly<Record<string, string>>): MonitoredResources => {
  const machines = Object.entries(stateMachineArns).map(([key, StateMachineArn]) => ({
    key,
    dimensions: { StateMachineArn },
  }));
  return {
    'migration-machine': machines.filter(({ key }) => PAGING_MACHINES.includes(key)),
    'migration-attempt': machines.filter(({ key }) => !PAGING_MACHINES.includes(key)),
  };
};

/** Queues that hold what failed, by what they are called in alarms, for instance `transaction-processing`. */
export const monitoredQueues = (queueNames: Readonly<Record<string, string>>): MonitoredResources => ({
  'failed-queue': Object.entries(queueNames).map(([key, QueueName]) => ({ key, dimensions: { QueueName } })),
});

export interface MonitoredTable {
  readonly tableName: string;
  /**
   * Its global secondary indexes.
   * @default none
   */
  readonly indexNames?: readonly string[];
}

/** DynamoDB tables by what they are called in alarms, for instance `transactions`. */
export const monitoredTables = (tables: Readonly<Record<string, MonitoredTable>>): MonitoredResources => ({
  table: Object.entries(tables).map(([key, { tableName }]) => ({ key, dimensions: { TableName: tableName } })),
  'table-index': Object.entries(tables).flatMap(([key, { tableName, indexNames = [] }]) =>
    indexNames.map((index) => ({
      key: `${key}-${index}`,
      dimensions: { TableName: tableName, GlobalSecondaryIndexName: index },
    })),
  ),
});

/**
 * The payments of an environment, for the alarms and the dashboard.
 * @param environment its suffix, as the functions have it in ENVIRONMENT
 */
export const monitoredPayments = (environment: string): MonitoredResources => ({
  payments: [{ dimensions: { Environment: environment } }],
});
