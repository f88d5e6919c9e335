import { NetworkAcl } from '@cdktf/provider-aws/lib/network-acl';
import { NetworkAclAssociation } from '@cdktf/provider-aws/lib/network-acl-association';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import type { NetworkAclRules } from './network-acl-rules';
import { type ByZone, mapZones } from './zones';

export interface SubnetTierProps {
  readonly vpcId: string;
  /** The tier's name, which begins its resources' names: `public-subnet-1-<suffix>`. */
  readonly tier: 'public' | 'private' | 'database';
  /** The network of each zone's subnet. */
  readonly cidrs: ByZone<string>;
  readonly networkAclRules: NetworkAclRules;
  /**
   * What must exist before the subnets and whatever is put into them, and be gone only after them.
   * @default none
   */
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * The subnets of one tier, one a zone, behind one network ACL. No subnet hands out public addresses by itself: load
 * balancers and NAT gateways bring their own.
 */
export class SubnetTier extends Construct {
  readonly subnetIds: ByZone<string>;
  /** Until then a subnet is behind the VPC's own network ACL, which lets nothing through. */
  readonly networkAclAssociations: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: SubnetTierProps) {
    super(scope, id);
    const { vpcId, tier } = props;
    const deployment = Deployment.of(this);
    // Rules inside the ACL: Terraform then removes what somebody added by hand. Associations beside it, by zone: a new
    // zone leaves the ACL as it is.
    const networkAcl = new NetworkAcl(this, 'NetworkAcl', {
      vpcId,
      ingress: [...props.networkAclRules.ingress],
      egress: [...props.networkAclRules.egress],
      tags: { Name: deployment.name(`${tier}-nacl`) },
    });
    const associations: ITerraformDependable[] = [];
    this.networkAclAssociations = associations;
    this.subnetIds = mapZones(props.cidrs, (cidrBlock, zone, index) => {
      const subnet = new Subnet(this, `Subnet-${zone}`, {
        vpcId,
        availabilityZone: zone,
        cidrBlock,
        mapPublicIpOnLaunch: false,
        tags: { Name: deployment.name(`${tier}-subnet-${index + 1}`) },
        dependsOn: props.dependsOn,
      });
      associations.push(
        new NetworkAclAssociation(this, `NetworkAcl-${zone}`, { networkAclId: networkAcl.id, subnetId: subnet.id }),
      );
      return subnet.id;
    });
  }
}
