import { type ITerraformDependable, TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { NodeFunction, type NodeFunctionProps } from '../compute';
import type { EncryptionKey } from '../encryption';
import type { LogRetentionDays } from '../monitoring/log-retention';
import type { SecurityGroup } from '../network/security-group';
import type { AuroraCluster } from './aurora-cluster';
import type { DatabaseAuthorities } from './database-authorities';

/** Where a function runs that signs in to Aurora as its master user. */
export interface DatabaseFunctionProps {
  readonly database: AuroraCluster;
  /** The authorities that Aurora's certificate must be signed by. */
  readonly authorities: DatabaseAuthorities;
  readonly vpcId: string;
  /** Private subnets, from which the cluster and the interface endpoints can be reached. */
  readonly subnetIds: readonly string[];
  /** The group of the interface endpoints, one of which must be Secrets Manager's. */
  readonly interfaceEndpointsSecurityGroup: SecurityGroup;
  /** The key for environment variables. */
  readonly lambdaKey: EncryptionKey;
  /** The key for the log group. */
  readonly logsKey: EncryptionKey;
  readonly logRetentionDays: LogRetentionDays;
}

type OwnProps = Pick<NodeFunctionProps, 'component' | 'description' | 'memorySizeMib' | 'timeoutSeconds'>;

/**
 * A function that signs in to Aurora as its master user: it reads that secret and the authorities, and can connect to the
 * cluster and to the interface endpoints, nowhere else.
 */
export function databaseFunction(
  scope: Construct,
  id: string,
  { database, authorities, interfaceEndpointsSecurityGroup, ...props }: DatabaseFunctionProps,
  own: OwnProps,
): NodeFunction {
  const target = new NodeFunction(scope, id, {
    ...own,
    vpcId: props.vpcId,
    subnetIds: props.subnetIds,
    encryptionKey: props.lambdaKey,
    logEncryptionKey: props.logsKey,
    logRetentionDays: props.logRetentionDays,
    environment: {
      MASTER_SECRET_ARN: database.masterSecretArn,
      DATABASE_AUTHORITIES_SECRET_ARN: authorities.secretArn,
    },
  });
  database.grantReadMasterSecret(target.role);
  authorities.grantRead(target.role);
  const group = target.requireSecurityGroup();
  database.securityGroup.allowFrom(group, { from: database.port }, `${own.component} to Aurora`);
  interfaceEndpointsSecurityGroup.allowFrom(group, { from: 443 }, `secrets of ${own.component}`);
  return target;
}

/**
 * What must exist before the function can do its work: the rules of its security group, which the function itself does not
 * wait for, and a database that answers.
 */
export const whatItNeeds = (target: NodeFunction, props: DatabaseFunctionProps): ITerraformDependable[] => [
  ...target
    .requireSecurityGroup()
    .node.findAll()
    .filter((child) => TerraformResource.isTerraformResource(child)),
  ...props.database.dependencies,
  props.authorities.version,
];
