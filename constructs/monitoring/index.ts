export { AlarmCatalogue, type AlarmCatalogueProps, type AlarmThresholds, type CatalogueAlarm } from './alarm-catalogue';
export {
  ALARM_SOURCES,
  type AlarmGate,
  type AlarmRow,
  type AlarmSource,
  GATES,
  type MonitoredResource,
  type MonitoredResources,
} from './alarm-row';
export {
  ENDPOINT_RULES,
  SEVERITIES,
  SUBSCRIPTION_PROTOCOLS,
  subscriptionProblems,
  type AlertSubscription,
  type EndpointRule,
  type Severity,
  type SubscriptionProtocol,
} from './alert-subscription';
export { AlertTopics, type AlertTopicsProps } from './alert-topics';
export { ALARM_ROWS, GIB, MIB, type AlarmId } from './catalogue';
export { CompositeAlarm, type CompositeAlarmProps, MAX_CHILD_ALARMS } from './composite-alarm';
export { Dashboard, type DashboardProps } from './dashboard';
export { DASHBOARD_LIMITS, dashboardBody, layOut, type DashboardWidget, type WidgetSize } from './dashboard-layout';
export { EncryptedLogGroup, type EncryptedLogGroupProps } from './encrypted-log-group';
export { LOG_RETENTION_DAYS, type LogRetentionDays } from './log-retention';
export { METRICS, metricFacts, type MetricNamespace, type MetricUnit } from './metrics';
export { MigrationGates, type MigrationGatesProps } from './migration-gates';
export {
  monitoredComparison,
  type MonitoredFunction,
  monitoredFunctions,
  type MonitoredFunctionsProps,
  monitoredMachines,
  monitoredPayments,
  monitoredQueues,
  monitoredRotation,
  type MonitoredTable,
  monitoredTables,
} from './monitored-payment-path';
export {
  monitoredDatabase,
  monitoredLoadBalancer,
  monitoredMigration,
  monitoredNatGateways,
  monitoredReplication,
  monitoredVpn,
  type MonitoredDatabaseProps,
  type MonitoredLoadBalancerProps,
  type MonitoredReplicationProps,
  type MonitoredReplicationTask,
} from './monitored-resources';
export { OverviewDashboard, type OverviewDashboardProps } from './overview-dashboard';
