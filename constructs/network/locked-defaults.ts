import { DefaultNetworkAcl } from '@cdktf/provider-aws/lib/default-network-acl';
import { DefaultRouteTable } from '@cdktf/provider-aws/lib/default-route-table';
import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group';
import type { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { Construct } from 'constructs';
import { Deployment } from '../naming';

export interface LockedDefaultsProps {
  readonly vpc: Vpc;
}

/**
 * The security group, network ACL and main route table that AWS makes with a VPC, emptied: what falls back on them (a
 * subnet without association, an interface without group) reaches nothing. Destroying them only forgets them; they go with
 * the VPC.
 */
export class LockedDefaults extends Construct {
  constructor(scope: Construct, id: string, { vpc }: LockedDefaultsProps) {
    super(scope, id);
    const tags = { Name: Deployment.of(this).name('default-locked') };
    // Empty lists, not absent ones: absent would leave rules alone that somebody adds later.
    new DefaultSecurityGroup(this, 'SecurityGroup', { vpcId: vpc.id, ingress: [], egress: [], tags });
    new DefaultNetworkAcl(this, 'NetworkAcl', {
      defaultNetworkAclId: vpc.defaultNetworkAclId,
      tags,
      // Every new subnet is here for a moment, until its tier's ACL takes it.
      lifecycle: { ignoreChanges: ['subnet_ids'] },
    });
    new DefaultRouteTable(this, 'RouteTable', { defaultRouteTableId: vpc.defaultRouteTableId, route: [], tags });
  }
}
