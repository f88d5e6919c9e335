import { SecurityGroup as AwsSecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Construct } from 'constructs';
import { Deployment } from '../naming';

/** A TCP port, or an inclusive range of ports. */
export interface Port {
  readonly from: number;
  /** @default the same as `from` */
  readonly to?: number;
  /** @default 'tcp' */
  readonly protocol?: 'tcp' | 'udp';
}

/** A peer outside security groups: a network, or an AWS-managed prefix list (gateway endpoints of S3 and DynamoDB). */
export type NetworkPeer =
  { readonly name: string; readonly cidr: string } | { readonly name: string; readonly prefixListId: string };

export interface SecurityGroupProps {
  readonly vpcId: string;
  /** The group's name without the suffix and without `-sg`, and its key in the output `security_group_ids`. */
  readonly component: string;
  /** What the group protects. AWS cannot change it without replacing the group. */
  readonly description: string;
}

const portName = ({ from, to }: Port): string => (to === undefined || to === from ? `${from}` : `${from}-${to}`);

const isGroup = (peer: SecurityGroup | NetworkPeer): peer is SecurityGroup => peer instanceof SecurityGroup;

/**
 * A security group that starts with no rule at all: nothing in, nothing out. Each relation is one rule resource a
 * direction, defined in the scope of the one that asks, so that two groups can refer to each other.
 */
export class SecurityGroup extends Construct {
  readonly securityGroupId: string;
  readonly component: string;

  constructor(scope: Construct, id: string, props: SecurityGroupProps) {
    super(scope, id);
    const name = `${Deployment.of(this).name(`${props.component}-sg`)}`;
    this.component = props.component;
    this.securityGroupId = new AwsSecurityGroup(this, 'Group', {
      name,
      description: props.description,
      vpcId: props.vpcId,
      tags: { Name: name },
      // A new group first, so that interfaces can move to it before the old one goes.
      lifecycle: { createBeforeDestroy: true },
    }).id;
  }

  /**
   * Admits connections from a peer: an ingress rule here and, when the peer is a security group, the matching egress rule
   * there.
   * @param peer who connects
   * @param port the port it connects to
   * @param description why, for the auditor who reads the rule
   */
  allowFrom(peer: SecurityGroup | NetworkPeer, port: Port, description: string): void {
    const id = `${this.component}-${portName(port)}`;
    if (isGroup(peer)) {
      this.ingress(peer, `To-${id}-Ingress`, { referencedSecurityGroupId: peer.securityGroupId }, port, description);
      peer.egress(peer, `To-${id}-Egress`, { referencedSecurityGroupId: this.securityGroupId }, port, description);
      return;
    }
    this.ingress(this, `From-${peer.name}-${portName(port)}`, networkTarget(peer), port, description);
  }

  /** Lets members of the group connect to a network or prefix list: an egress rule. */
  allowTo(peer: NetworkPeer, port: Port, description: string): void {
    this.egress(this, `To-${peer.name}-${portName(port)}`, networkTarget(peer), port, description);
  }

  private ingress(scope: Construct, id: string, target: RuleTarget, port: Port, description: string): void {
    new VpcSecurityGroupIngressRule(scope, id, {
      securityGroupId: this.securityGroupId,
      ...ruleOf(port, description),
      ...target,
    });
  }

  private egress(scope: Construct, id: string, target: RuleTarget, port: Port, description: string): void {
    new VpcSecurityGroupEgressRule(scope, id, {
      securityGroupId: this.securityGroupId,
      ...ruleOf(port, description),
      ...target,
    });
  }
}

type RuleTarget =
  { readonly referencedSecurityGroupId: string } | { readonly cidrIpv4: string } | { readonly prefixListId: string };

const networkTarget = (peer: NetworkPeer): RuleTarget =>
  'cidr' in peer ? { cidrIpv4: peer.cidr } : { prefixListId: peer.prefixListId };

const ruleOf = (port: Port, description: string) => ({
  ipProtocol: port.protocol ?? 'tcp',
  fromPort: port.from,
  toPort: port.to ?? port.from,
  description,
});
