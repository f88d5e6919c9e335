import { Fn } from 'cdktf';
import type { MonitoredResource, MonitoredResources } from './alarm-row';

export interface MonitoredLoadBalancerProps {
  /** The load balancer's `arn_suffix`: `app/<name>/<id>`. */
  readonly arnSuffix: string;
  /** The target groups' `arn_suffix` by what they are called in alarms: `blue`, `green`. */
  readonly targetGroupArnSuffixes: Readonly<Record<string, string>>;
}

/** A load balancer and its target groups, for the alarms. */
export const monitoredLoadBalancer = (props: MonitoredLoadBalancerProps): MonitoredResources => ({
  'load-balancer': [{ dimensions: { LoadBalancer: props.arnSuffix } }],
  'target-group': Object.entries(props.targetGroupArnSuffixes).map(([key, TargetGroup]) => ({
    key,
    dimensions: { LoadBalancer: props.arnSuffix, TargetGroup },
  })),
});

export interface MonitoredDatabaseProps {
  readonly clusterIdentifier: string;
  /** The instances' identifiers by what they are called in alarms: `writer`, `reader-1`. */
  readonly instanceIdentifiers: Readonly<Record<string, string>>;
  readonly capacity: 'provisioned' | 'serverless';
}

/** An Aurora cluster and its instances, for the alarms. */
export const monitoredDatabase = (props: MonitoredDatabaseProps): MonitoredResources => {
  const instances: readonly MonitoredResource<'database-instance'>[] = Object.entries(props.instanceIdentifiers).map(
    ([key, DBInstanceIdentifier]) => ({ key, dimensions: { DBInstanceIdentifier } }),
  );
  return {
    'database-cluster': [{ dimensions: { DBClusterIdentifier: props.clusterIdentifier } }],
    'database-instance': instances,
    ...(props.capacity === 'serverless'
      ? { 'serverless-database-instance': instances }
      : { 'provisioned-database-instance': instances }),
  };
};

export interface MonitoredReplicationTask {
  readonly taskArn: string;
  /**
   * Whether the task should be running now. The forward task should while the migration replicates and shifts traffic;
   * before, and after the data moved, its missing data says nothing.
   */
  readonly running: boolean;
}

export interface MonitoredReplicationProps {
  /** The replication instance's identifier, as it was created with. */
  readonly instanceIdentifier: string;
  /** The tasks by what they are called in alarms: `forward`, `forward-cdc`, `reverse`. */
  readonly tasks: Readonly<Record<string, MonitoredReplicationTask>>;
}

// arn:aws:dms:<region>:<account>:task:<id>
const TASK_ID_INDEX = 6;

/** A DMS instance and its tasks, for the alarms. */
export const monitoredReplication = (props: MonitoredReplicationProps): MonitoredResources => ({
  'replication-instance': [{ dimensions: { ReplicationInstanceIdentifier: props.instanceIdentifier } }],
  'replication-task': Object.entries(props.tasks).map(([key, { taskArn, running }]) => ({
    key,
    dimensions: {
      ReplicationInstanceIdentifier: props.instanceIdentifier,
      // Metrics know a task by the last part of its ARN, which only AWS knows before the task exists.
      ReplicationTaskIdentifier: Fn.element(Fn.split(':', taskArn), TASK_ID_INDEX) as string,
    },
    expectsData: running,
  })),
});

/**
 * The migration of an environment as it could go back now, for the alarms.
 * @param environment its suffix, as the functions have it in ENVIRONMENT
 */
export const monitoredMigration = (environment: string): MonitoredResources => ({
  migration: [{ dimensions: { Environment: environment } }],
});

/** NAT gateways by zone, for the alarms. */
export const monitoredNatGateways = (natGatewayIds: Readonly<Record<string, string>>): MonitoredResources => ({
  'nat-gateway': Object.entries(natGatewayIds).map(([key, NatGatewayId]) => ({ key, dimensions: { NatGatewayId } })),
});

/** A site-to-site VPN connection, for the alarms. */
export const monitoredVpn = (vpnConnectionId: string): MonitoredResources => ({
  vpn: [{ dimensions: { VpnId: vpnConnectionId } }],
});
