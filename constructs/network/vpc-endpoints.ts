import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint';
import { VpcEndpointRouteTableAssociation } from '@cdktf/provider-aws/lib/vpc-endpoint-route-table-association';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import { dynamodbEndpointPolicy, interfaceEndpointPolicy, s3EndpointPolicy } from './endpoint-policies';
import { SecurityGroup } from './security-group';
import { type ByZone, mapZones } from './zones';

const CONTAINER_IMAGE_ENDPOINTS = ['ecr.api', 'ecr.dkr'] as const;

export interface VpcEndpointsProps {
  readonly vpcId: string;
  readonly privateSubnetIds: ByZone<string>;
  /**
   * Only the private subnets use the gateway endpoints: S3 and DynamoDB have public addresses, which the database tier's
   * network ACL does not admit.
   */
  readonly privateRouteTableIds: ByZone<string>;
  /** Services with an interface endpoint each, by the name that follows `com.amazonaws.<region>.`; repeats count once. */
  readonly interfaceEndpoints: readonly string[];
  /** Whether containers start in the private subnets: adds the two endpoints of ECR, and its bucket to the S3 policy. */
  readonly pullsContainerImages: boolean;
}

/** AWS's services inside the VPC: S3 and DynamoDB over routes (free of charge), the others over interfaces with private DNS. */
export class VpcEndpoints extends Construct {
  readonly s3PrefixListId: string;
  readonly dynamodbPrefixListId: string;
  /** Guards the interface endpoints. Whoever calls a service asks for it: `allowFrom(group, { from: 443 }, …)`. */
  readonly securityGroup: SecurityGroup;
  readonly interfaces: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: VpcEndpointsProps) {
    super(scope, id);
    const deployment = Deployment.of(this);
    this.s3PrefixListId = this.gateway('S3', 's3', s3EndpointPolicy(deployment, props.pullsContainerImages), props);
    this.dynamodbPrefixListId = this.gateway('Dynamodb', 'dynamodb', dynamodbEndpointPolicy(deployment), props);
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpcId: props.vpcId,
      component: 'endpoints',
      description: 'Interface endpoints of AWS services',
    });
    const containers = props.pullsContainerImages ? CONTAINER_IMAGE_ENDPOINTS : [];
    const services = new Set([...props.interfaceEndpoints, ...containers]);
    this.interfaces = [...services].map((service) => this.interface(service, props));
  }

  private gateway(id: string, service: string, policy: string, props: VpcEndpointsProps): string {
    const endpoint = new VpcEndpoint(this, id, { ...this.common(service, props), vpcEndpointType: 'Gateway', policy });
    // By zone beside the endpoint, so that a new zone leaves it as it is.
    mapZones(props.privateRouteTableIds, (routeTableId, zone) => {
      new VpcEndpointRouteTableAssociation(this, `${id}-${zone}`, { vpcEndpointId: endpoint.id, routeTableId });
    });
    return endpoint.prefixListId;
  }

  private interface(service: string, props: VpcEndpointsProps): VpcEndpoint {
    return new VpcEndpoint(this, `Interface-${service.replaceAll('.', '-')}`, {
      ...this.common(service, props),
      vpcEndpointType: 'Interface',
      privateDnsEnabled: true,
      // Here and not beside it, unlike above: an endpoint without subnets would answer nobody. A new zone is added in place.
      subnetIds: Object.values(props.privateSubnetIds),
      securityGroupIds: [this.securityGroup.securityGroupId],
      policy: interfaceEndpointPolicy(Deployment.of(this), service),
    });
  }

  private common(service: string, { vpcId }: VpcEndpointsProps) {
    const deployment = Deployment.of(this);
    return {
      vpcId,
      serviceName: `com.amazonaws.${deployment.region}.${service}`,
      tags: { Name: deployment.name(`${service.replaceAll('.', '-')}-endpoint`) },
    };
  }
}
