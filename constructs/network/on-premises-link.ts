import { Ec2TransitGatewayVpcAttachment } from '@cdktf/provider-aws/lib/ec2-transit-gateway-vpc-attachment';
import { Route } from '@cdktf/provider-aws/lib/route';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import type { LogRetentionDays } from '../monitoring/encrypted-log-group';
import { Deployment } from '../naming';
import { requireNone } from '../validation/problem';
import type { Network } from './network';
import { DEFAULT_AMAZON_SIDE_ASN, DEFAULT_CUSTOMER_GATEWAY_ASN, type VpnRouting } from './network-settings';
import { linkProblems } from './on-premises-link-problems';
import { SiteToSiteVpn, type VpnTermination } from './site-to-site-vpn';
import { mapZones } from './zones';

/** What a link needs of the network it leads out of. */
export type LinkedNetwork = Pick<Network, 'vpcId' | 'vpcCidr' | 'privateSubnetIds' | 'privateRouteTableIds'>;

interface CommonLinkProps {
  readonly network: LinkedNetwork;
  /** The networks behind the link, in CIDR notation without host bits: at least one, none overlapping the VPC. */
  readonly onPremisesCidrs: readonly string[];
}

export interface VpnLinkProps extends CommonLinkProps {
  readonly kind: 'vpn';
  /** The public IPv4 address of the on-premises VPN device. */
  readonly customerGatewayAddress: string;
  /**
   * The BGP number of the on-premises side, 1 to 4294967295.
   * @default 65000
   */
  readonly customerGatewayAsn?: number;
  /**
   * The BGP number of AWS's side where the VPC has its own gateway: a private one, 64512 to 65534 or 4200000000 to
   * 4294967294, other than the customer's. A change replaces the gateway and takes the link down.
   * @default 64512
   * @see https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNRoutingTypes.html
   */
  readonly amazonSideAsn?: number;
  /**
   * How the two ends learn each other's networks. The VPC's routes are the same with both.
   * @default 'bgp'
   */
  readonly routing?: VpnRouting;
  /**
   * An existing transit gateway on which the VPN ends, with BGP only.
   * @default the VPN ends on a gateway of the VPC's own
   */
  readonly transitGatewayId?: string;
  /** The key for logs. */
  readonly encryptionKey: EncryptionKey;
  /** Days until a tunnel's log event expires: one of `LOG_RETENTION_DAYS`. */
  readonly logRetentionDays: LogRetentionDays;
}

export interface TransitGatewayLinkProps extends CommonLinkProps {
  readonly kind: 'transit-gateway';
  /**
   * An existing transit gateway that reaches the on-premises network. Where another account shares it, its owner accepts
   * the attachment (or has it accepted automatically) and routes the VPC's network back to it.
   */
  readonly transitGatewayId: string;
}

export type OnPremisesLinkProps = VpnLinkProps | TransitGatewayLinkProps;

/**
 * The private link to the on-premises network. Only the private subnets are routed over it, each by a static route for
 * every declared network, also with BGP: the other side cannot announce itself into the VPC, and when the link is down
 * packets stop at its gateway instead of taking the default route to the internet.
 * @throws Error with every problem of the props, one a line
 */
export class OnPremisesLink extends Construct {
  /** For alarms (`VpnId`); undefined without VPN. */
  readonly vpnConnectionId: string | undefined;
  /** The addresses of the VPN's tunnels on AWS's side, for alarms (`TunnelIpAddress`); empty without VPN. */
  readonly tunnelAddresses: readonly string[];
  /** Undefined without transit gateway. */
  readonly transitGatewayAttachmentId: string | undefined;

  constructor(scope: Construct, id: string, props: OnPremisesLinkProps) {
    super(scope, id);
    const { network, onPremisesCidrs, transitGatewayId } = props;
    const vpn = props.kind === 'vpn' ? withDefaults(props) : undefined;
    requireNone(linkProblems({ vpcCidr: network.vpcCidr, onPremisesCidrs, transitGatewayId, vpn }));

    const attachment = transitGatewayId === undefined ? undefined : this.attach(network, transitGatewayId);
    const connection = vpn === undefined ? undefined : new SiteToSiteVpn(this, 'Vpn', vpn);
    this.addRoutes(
      props,
      attachment === undefined
        ? { gatewayId: connection?.vpnGatewayId }
        : // The route is refused before the attachment exists.
          { transitGatewayId, dependsOn: [attachment] },
    );
    this.vpnConnectionId = connection?.vpnConnectionId;
    this.tunnelAddresses = connection?.tunnelAddresses ?? [];
    this.transitGatewayAttachmentId = attachment?.id;
  }

  private attach({ vpcId, privateSubnetIds }: LinkedNetwork, transitGatewayId: string): Ec2TransitGatewayVpcAttachment {
    return new Ec2TransitGatewayVpcAttachment(this, 'Attachment', {
      transitGatewayId,
      vpcId,
      subnetIds: privateSubnetIds,
      dnsSupport: 'enable',
      tags: { Name: Deployment.of(this).name('transit-gateway-attachment') },
    });
  }

  private addRoutes(
    { network, onPremisesCidrs }: OnPremisesLinkProps,
    target: { gatewayId?: string; transitGatewayId?: string; dependsOn?: Ec2TransitGatewayVpcAttachment[] },
  ): void {
    mapZones(network.privateRouteTableIds, (routeTableId, zone) => {
      onPremisesCidrs.forEach((destinationCidrBlock) => {
        const id = `Route-${zone}-${destinationCidrBlock.replaceAll(/[./]/g, '-')}`;
        new Route(this, id, { routeTableId, destinationCidrBlock, ...target });
      });
    });
  }
}

const withDefaults = (props: VpnLinkProps) => {
  const amazonSideAsn = props.amazonSideAsn ?? DEFAULT_AMAZON_SIDE_ASN;
  const { transitGatewayId, network } = props;
  const termination: VpnTermination =
    transitGatewayId === undefined ? { vpcId: network.vpcId, amazonSideAsn } : { transitGatewayId };
  return {
    customerGatewayAddress: props.customerGatewayAddress,
    customerGatewayAsn: props.customerGatewayAsn ?? DEFAULT_CUSTOMER_GATEWAY_ASN,
    amazonSideAsn,
    routing: props.routing ?? 'bgp',
    onPremisesCidrs: props.onPremisesCidrs,
    termination,
    encryptionKey: props.encryptionKey,
    logRetentionDays: props.logRetentionDays,
  };
};
