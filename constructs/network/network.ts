import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import type { LogRetentionDays } from '../monitoring/encrypted-log-group';
import { Deployment } from '../naming';
import { requireNone } from '../validation/problem';
import { FlowLogs } from './flow-logs';
import { LockedDefaults } from './locked-defaults';
import { NatGateways } from './nat-gateways';
import { networkAclRules } from './network-acl-rules';
import { networkProblems } from './network-problems';
import { DEFAULT_INTERFACE_ENDPOINTS, type NatGatewayMode } from './network-settings';
import { RouteTables } from './route-tables';
import type { SecurityGroup } from './security-group';
import { SubnetTier } from './subnet-tier';
import { VpcEndpoints } from './vpc-endpoints';
import { type ByZone, mapZones, type ZoneSubnets } from './zones';

export interface NetworkProps {
  /**
   * The VPC's network in CIDR notation, /16 to /28, without host bits.
   * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
   */
  readonly cidr: string;
  /**
   * The subnets of 2 to 6 availability zones by zone name, inside `cidr` and disjoint. Subnets are numbered in this order
   * in their Name tags, so add a zone at the end: anywhere else renames the later ones (in place) and moves a single NAT
   * gateway when it comes first. Nothing else depends on the order; addresses depend on the zone's name.
   */
  readonly availabilityZones: ByZone<ZoneSubnets>;
  /**
   * One NAT gateway a zone, one in the first zone for all, or none.
   * @default 'per-zone'
   */
  readonly natGateways?: NatGatewayMode;
  /**
   * Services with an interface endpoint, by the name that follows `com.amazonaws.<region>.`. S3 and DynamoDB always have a
   * gateway endpoint and must not be listed.
   * @default DEFAULT_INTERFACE_ENDPOINTS
   * @see https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
   */
  readonly interfaceEndpoints?: readonly string[];
  /**
   * Whether containers start in the private subnets: adds the endpoints of ECR.
   * @default false
   */
  readonly pullsContainerImages?: boolean;
  /**
   * The networks behind the private link, which the private subnets reach: at most 10, none overlapping the VPC. Append to
   * the list: its order numbers rules of the network ACL.
   * @default none
   */
  readonly onPremisesCidrs?: readonly string[];
  /**
   * The TCP ports, 1 to 65535, on which the database subnets admit the VPC: 1 to 10 of them.
   * @default [5432]
   */
  readonly databasePorts?: readonly number[];
  /** The key for logs. */
  readonly encryptionKey: EncryptionKey;
  /** Days until a flow log record expires: one of `LOG_RETENTION_DAYS`. */
  readonly flowLogRetentionDays: LogRetentionDays;
}

/**
 * A VPC with three tiers of subnets in each availability zone: public (load balancer, NAT), private (functions, DMS, AWS's
 * endpoints, the private link) and database (no route to the internet). Every resource of a zone is addressed by the
 * zone's name, so adding a zone replaces nothing.
 * @throws Error with every problem of the props, one a line
 */
export class Network extends Construct {
  readonly vpcId: string;
  readonly vpcCidr: string;
  /** The zones' names, in the order of the subnet ids. */
  readonly availabilityZones: readonly string[];
  readonly publicSubnetIds: string[];
  readonly privateSubnetIds: string[];
  readonly databaseSubnetIds: string[];
  readonly publicRouteTableId: string;
  readonly privateRouteTableIds: ByZone<string>;
  readonly databaseRouteTableId: string;
  /** By the zone each stands in; empty without NAT gateways. */
  readonly natGatewayIds: ByZone<string>;
  /** The addresses that the outside sees, by zone: for partners who admit only known ones. */
  readonly natGatewayPublicIps: ByZone<string>;
  /** Guards the interface endpoints; callers ask for it: `endpoints.allowFrom(group, { from: 443 }, why)`. */
  readonly endpoints: SecurityGroup;
  readonly s3PrefixListId: string;
  readonly dynamodbPrefixListId: string;
  readonly flowLogGroupName: string;
  /**
   * What must exist before something in the private subnets reaches AWS's services and the databases: for `dependsOn` of
   * what is run while Terraform is still at work.
   */
  readonly privateReach: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const checked = withDefaults(props);
    const deployment = Deployment.of(this);
    requireNone(networkProblems(checked, deployment.region));

    const vpc = new Vpc(this, 'Vpc', {
      cidrBlock: props.cidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: deployment.name('vpc') },
    });
    this.vpcId = vpc.id;
    this.vpcCidr = props.cidr;
    this.availabilityZones = Object.keys(props.availabilityZones);
    new LockedDefaults(this, 'Defaults', { vpc });
    const internetGateway = new InternetGateway(this, 'InternetGateway', {
      vpcId: vpc.id,
      tags: { Name: deployment.name('internet-gateway') },
    });

    const tiers = this.tiers(checked, internetGateway);
    const { publicSubnetIds, privateSubnetIds, databaseSubnetIds } = tiers;
    this.publicSubnetIds = Object.values(publicSubnetIds);
    this.privateSubnetIds = Object.values(privateSubnetIds);
    this.databaseSubnetIds = Object.values(databaseSubnetIds);

    const natGateways = new NatGateways(this, 'Nat', { mode: checked.natGateways, publicSubnetIds, internetGateway });
    this.natGatewayIds = natGateways.natGatewayIds;
    this.natGatewayPublicIps = natGateways.publicIps;
    const routeTables = new RouteTables(this, 'Routes', {
      vpcId: vpc.id,
      internetGatewayId: internetGateway.id,
      natGateways,
      ...tiers,
    });
    this.publicRouteTableId = routeTables.publicRouteTableId;
    this.privateRouteTableIds = routeTables.privateRouteTableIds;
    this.databaseRouteTableId = routeTables.databaseRouteTableId;

    const endpoints = new VpcEndpoints(this, 'Endpoints', {
      vpcId: vpc.id,
      privateSubnetIds,
      privateRouteTableIds: routeTables.privateRouteTableIds,
      interfaceEndpoints: checked.interfaceEndpoints,
      pullsContainerImages: checked.pullsContainerImages,
    });
    this.endpoints = endpoints.securityGroup;
    this.s3PrefixListId = endpoints.s3PrefixListId;
    this.dynamodbPrefixListId = endpoints.dynamodbPrefixListId;
    this.privateReach = [...endpoints.interfaces, ...tiers.networkAclAssociations];
    this.flowLogGroupName = new FlowLogs(this, 'FlowLogs', {
      vpcId: vpc.id,
      encryptionKey: props.encryptionKey,
      retentionDays: props.flowLogRetentionDays,
    }).logGroupName;
  }

  private tiers(props: Required<NetworkProps>, internetGateway: InternetGateway): Tiers {
    const rules = networkAclRules({ ...props, vpcCidr: props.cidr });
    const { vpcId } = this;
    const cidrs = (key: keyof ZoneSubnets): ByZone<string> => mapZones(props.availabilityZones, (zone) => zone[key]);
    const publicTier = new SubnetTier(this, 'Public', {
      vpcId,
      tier: 'public',
      cidrs: cidrs('publicCidr'),
      networkAclRules: rules.public,
      // AWS refuses an internet-facing load balancer before the gateway, and to detach the gateway before it is gone.
      dependsOn: [internetGateway],
    });
    const privateTier = new SubnetTier(this, 'Private', {
      vpcId,
      tier: 'private',
      cidrs: cidrs('privateCidr'),
      networkAclRules: rules.private,
    });
    const databaseTier = new SubnetTier(this, 'Database', {
      vpcId,
      tier: 'database',
      cidrs: cidrs('databaseCidr'),
      networkAclRules: rules.database,
    });
    return {
      publicSubnetIds: publicTier.subnetIds,
      privateSubnetIds: privateTier.subnetIds,
      databaseSubnetIds: databaseTier.subnetIds,
      networkAclAssociations: [...privateTier.networkAclAssociations, ...databaseTier.networkAclAssociations],
    };
  }
}

interface Tiers {
  readonly publicSubnetIds: ByZone<string>;
  readonly privateSubnetIds: ByZone<string>;
  readonly databaseSubnetIds: ByZone<string>;
  /** Of the private and the database subnets. */
  readonly networkAclAssociations: readonly ITerraformDependable[];
}

const withDefaults = (props: NetworkProps): Required<NetworkProps> => ({
  ...props,
  natGateways: props.natGateways ?? 'per-zone',
  interfaceEndpoints: props.interfaceEndpoints ?? DEFAULT_INTERFACE_ENDPOINTS,
  pullsContainerImages: props.pullsContainerImages ?? false,
  onPremisesCidrs: props.onPremisesCidrs ?? [],
  databasePorts: props.databasePorts ?? [5432],
});
