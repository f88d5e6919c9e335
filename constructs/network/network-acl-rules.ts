import type { NetworkAclIngress } from '@cdktf/provider-aws/lib/network-acl';

/** One rule of a network ACL; ingress and egress rules have the same shape. */
export type NetworkAclRule = NetworkAclIngress;

/** The rules of one network ACL. What no rule admits is denied. */
export interface NetworkAclRules {
  readonly ingress: readonly NetworkAclRule[];
  readonly egress: readonly NetworkAclRule[];
}

export interface NetworkAclRulesProps {
  readonly vpcCidr: string;
  readonly onPremisesCidrs: readonly string[];
  readonly databasePorts: readonly number[];
}

const ANYWHERE = '0.0.0.0/0';
/** Rules of a list (networks, ports) start here, so that a longer list leaves every other rule alone. */
const LIST_RULES_FROM = 200;

/**
 * The rules of the three tiers. Network ACLs are stateless and coarse: they keep tiers apart, security groups say who may
 * talk to whom. They name the VPC and never a zone's subnet, so that adding a zone changes no rule.
 *
 * Answers need rules of their own. They arrive on the ephemeral ports of whoever asked, and load balancers, NAT gateways
 * and Lambda use all of 1024 to 65535: a hole in that range (3389, say) would hang one connection in 64,512.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html
 */
export function networkAclRules(
  props: NetworkAclRulesProps,
): Record<'public' | 'private' | 'database', NetworkAclRules> {
  return { public: publicRules(props), private: privateRules(props), database: databaseRules(props) };
}

/** Load balancer and NAT gateways: HTTP(S) from anywhere in, HTTPS out, and the answers to both. */
const publicRules = ({ vpcCidr }: NetworkAclRulesProps): NetworkAclRules => ({
  ingress: [
    tcp(100, ANYWHERE, 80),
    tcp(110, ANYWHERE, 443),
    ephemeral(120, ANYWHERE),
    fragmentationNeeded(130, ANYWHERE),
  ],
  // Requests and health checks of the load balancer go to any port of a target.
  egress: [allTcp(100, vpcCidr), tcp(110, ANYWHERE, 443), ephemeral(120, ANYWHERE), fragmentationNeeded(130, ANYWHERE)],
});

/**
 * Functions, containers, DMS, interface endpoints and the private link: anything inside the VPC, HTTPS to anywhere (S3 and
 * DynamoDB have public addresses behind their gateway endpoints too), and the on-premises networks: HTTPS from them, any
 * port to them.
 */
const privateRules = ({ vpcCidr, onPremisesCidrs }: NetworkAclRulesProps): NetworkAclRules => ({
  ingress: [
    allTcp(100, vpcCidr),
    ephemeral(110, ANYWHERE),
    fragmentationNeeded(120, ANYWHERE),
    ...onPremisesCidrs.map((cidr, index) => tcp(LIST_RULES_FROM + index, cidr, 443)),
  ],
  egress: [
    allTcp(100, vpcCidr),
    tcp(110, ANYWHERE, 443),
    fragmentationNeeded(120, ANYWHERE),
    ...onPremisesCidrs.map((cidr, index) => allTcp(LIST_RULES_FROM + index, cidr)),
  ],
});

/** Databases: the database ports from the VPC, the answers to the VPC, and nothing else. */
const databaseRules = ({ vpcCidr, databasePorts }: NetworkAclRulesProps): NetworkAclRules => ({
  ingress: [
    fragmentationNeeded(100, vpcCidr),
    ...databasePorts.map((port, index) => tcp(LIST_RULES_FROM + index, vpcCidr, port)),
  ],
  egress: [ephemeral(100, vpcCidr), fragmentationNeeded(110, vpcCidr)],
});

const tcp = (ruleNo: number, cidrBlock: string, fromPort: number, toPort = fromPort): NetworkAclRule => ({
  ruleNo,
  action: 'allow',
  protocol: 'tcp',
  cidrBlock,
  fromPort,
  toPort,
});

const allTcp = (ruleNo: number, cidrBlock: string): NetworkAclRule => tcp(ruleNo, cidrBlock, 0, 65_535);

const ephemeral = (ruleNo: number, cidrBlock: string): NetworkAclRule => tcp(ruleNo, cidrBlock, 1024, 65_535);

/**
 * Path MTU discovery: without it large packets vanish where the path is narrower than the network, and a VPN tunnel is.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/path_mtu_discovery.html
 */
const fragmentationNeeded = (ruleNo: number, cidrBlock: string): NetworkAclRule => ({
  ruleNo,
  action: 'allow',
  protocol: 'icmp',
  cidrBlock,
  fromPort: 0,
  toPort: 0,
  icmpType: 3,
  icmpCode: 4,
});
