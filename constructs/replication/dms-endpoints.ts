import type { Construct } from 'constructs';
import { DmsCredentials } from './dms-credentials';
import { DmsPostgresEndpoint } from './dms-postgres-endpoint';
import type { DmsReplicationProps } from './dms-replication-props';
import { APPLY_ROLE, CAPTURE_ROLE } from './names';
import { REVERSE_TARGET_CONTEXT, type ReplicationPlan } from './replication-plan';
import { DEFAULT_POSTGRES_PORT } from './replication-security-group';

type EndpointProps = Pick<DmsReplicationProps, 'source' | 'target' | 'secretsKey' | 'replicationKey'>;

/** What DMS connects to, in both directions, and with which credentials: one secret for each role on each side. */
export function dmsEndpoints(scope: Construct, plan: ReplicationPlan, props: EndpointProps) {
  return { ...forwardEndpoints(scope, plan, props), ...reverseEndpoints(scope, plan, props) };
}

function forwardEndpoints(scope: Construct, plan: ReplicationPlan, props: EndpointProps) {
  const { replicationKey: encryptionKey } = props;
  const sourceCredentials = new DmsCredentials(scope, 'SourceCredentials', {
    component: 'dms-source-credentials',
    description: 'How DMS reads the on-premises database. Its DBA gives the role this password, or writes one here.',
    username: props.source.captureUsername ?? CAPTURE_ROLE,
    ...onPremises(props),
  });
  const targetCredentials = new DmsCredentials(scope, 'TargetCredentials', {
    component: 'dms-target-credentials',
    description: 'How DMS writes to Aurora',
    username: props.target.applyUsername ?? APPLY_ROLE,
    ...aurora(props),
  });
  return {
    targetCredentials,
    source: new DmsPostgresEndpoint(scope, 'OnPremisesSource', {
      component: 'on-premises-source',
      settings: plan.fullLoadSource,
      migrationType: 'full-load-and-cdc',
      credentials: sourceCredentials,
      encryptionKey,
    }),
    slotSource: new DmsPostgresEndpoint(scope, 'OnPremisesSlotSource', {
      component: 'on-premises-slot-source',
      settings: plan.cdcSource,
      migrationType: 'cdc',
      credentials: sourceCredentials,
      encryptionKey,
    }),
    target: new DmsPostgresEndpoint(scope, 'AuroraTarget', {
      component: 'aurora-target',
      settings: plan.target,
      credentials: targetCredentials,
      encryptionKey,
    }),
  };
}

function reverseEndpoints(scope: Construct, plan: ReplicationPlan, props: EndpointProps) {
  const { replicationKey: encryptionKey } = props;
  const reverseSourceCredentials = new DmsCredentials(scope, 'AuroraSourceCredentials', {
    component: 'dms-aurora-source-credentials',
    description: 'How DMS reads Aurora, on the way back',
    username: props.target.captureUsername ?? CAPTURE_ROLE,
    ...aurora(props),
  });
  const reverseTargetCredentials = new DmsCredentials(scope, 'OnPremisesTargetCredentials', {
    component: 'dms-onprem-target-credentials',
    description:
      'How DMS writes to the on-premises database, on the way back. Its DBA gives the role this password, or writes one here.',
    username: props.source.applyUsername ?? APPLY_ROLE,
    ...onPremises(props),
  });
  return {
    reverseSourceCredentials,
    reverseSource: new DmsPostgresEndpoint(scope, 'AuroraSource', {
      component: 'aurora-source',
      settings: plan.reverseSource,
      migrationType: 'cdc',
      credentials: reverseSourceCredentials,
      encryptionKey,
    }),
    reverseTarget: new DmsPostgresEndpoint(scope, 'OnPremisesTarget', {
      component: 'on-premises-target',
      settings: plan.reverseTarget,
      ...REVERSE_TARGET_CONTEXT,
      credentials: reverseTargetCredentials,
      encryptionKey,
    }),
  };
}

const onPremises = ({ source, secretsKey: encryptionKey }: EndpointProps) => ({
  host: source.host,
  port: source.port ?? DEFAULT_POSTGRES_PORT,
  databaseName: source.databaseName,
  encryptionKey,
});

const aurora = ({ target, secretsKey: encryptionKey }: EndpointProps) => ({
  host: target.host,
  port: target.port,
  databaseName: target.databaseName,
  encryptionKey,
});
