import { CustomerGateway } from '@cdktf/provider-aws/lib/customer-gateway';
import { VpnConnection } from '@cdktf/provider-aws/lib/vpn-connection';
import { VpnConnectionRoute } from '@cdktf/provider-aws/lib/vpn-connection-route';
import { VpnGateway } from '@cdktf/provider-aws/lib/vpn-gateway';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import { EncryptedLogGroup, type LogRetentionDays } from '../monitoring/encrypted-log-group';
import { Deployment } from '../naming';
import type { VpnRouting } from './network-settings';
import { vpnTunnelOptions } from './vpn-tunnel-options';

/** Where a VPN ends on AWS's side: on a gateway of the VPC's own, or on an existing transit gateway. */
export type VpnTermination =
  { readonly vpcId: string; readonly amazonSideAsn: number } | { readonly transitGatewayId: string };

export interface SiteToSiteVpnProps {
  readonly customerGatewayAddress: string;
  readonly customerGatewayAsn: number;
  readonly routing: VpnRouting;
  /** With static routing: what the tunnels lead to. */
  readonly onPremisesCidrs: readonly string[];
  readonly termination: VpnTermination;
  /** The key for logs. */
  readonly encryptionKey: EncryptionKey;
  readonly logRetentionDays: LogRetentionDays;
}

/** Numbers from here on have an argument of their own. */
const FIRST_EXTENDED_ASN = 2_147_483_648;

/**
 * A site-to-site VPN with two tunnels. AWS makes the pre-shared keys and keeps them in Secrets Manager, out of Terraform's
 * state; the network team reads them there.
 * @see https://docs.aws.amazon.com/vpn/latest/s2svpn/VPC_VPN.html
 */
export class SiteToSiteVpn extends Construct {
  readonly vpnConnectionId: string;
  /** The public addresses of the two tunnels on AWS's side: `TunnelIpAddress` of their metrics. */
  readonly tunnelAddresses: readonly [string, string];
  /** The VPC's own gateway; undefined where the VPN ends on a transit gateway. */
  readonly vpnGatewayId: string | undefined;

  constructor(scope: Construct, id: string, props: SiteToSiteVpnProps) {
    super(scope, id);
    const deployment = Deployment.of(this);
    const { termination } = props;
    // The prefix is AWS's own for delivered logs: it spares a resource policy for each group.
    const logGroup = new EncryptedLogGroup(this, 'LogGroup', {
      logGroupName: `/aws/vendedlogs/vpn/${deployment.name('on-premises-vpn')}`,
      encryptionKey: props.encryptionKey,
      retentionDays: props.logRetentionDays,
    });
    this.vpnGatewayId =
      'vpcId' in termination ? this.vpnGateway(termination.vpcId, termination.amazonSideAsn) : undefined;
    const connection = new VpnConnection(this, 'Connection', {
      type: 'ipsec.1',
      customerGatewayId: this.customerGateway(props),
      ...('vpcId' in termination ? { vpnGatewayId: this.vpnGatewayId } : termination),
      staticRoutesOnly: props.routing === 'static',
      presharedKeyStorage: 'SecretsManager',
      ...vpnTunnelOptions(logGroup.logGroupArn),
      tags: { Name: deployment.name('on-premises-vpn') },
    });
    if (props.routing === 'static') {
      props.onPremisesCidrs.forEach((destinationCidrBlock) => {
        const routeId = `Route-${destinationCidrBlock.replaceAll(/[./]/g, '-')}`;
        new VpnConnectionRoute(this, routeId, { vpnConnectionId: connection.id, destinationCidrBlock });
      });
    }
    this.vpnConnectionId = connection.id;
    this.tunnelAddresses = [connection.tunnel1Address, connection.tunnel2Address];
  }

  private customerGateway({ customerGatewayAddress, customerGatewayAsn }: SiteToSiteVpnProps): string {
    const bgpAsn = `${customerGatewayAsn}`;
    return new CustomerGateway(this, 'CustomerGateway', {
      type: 'ipsec.1',
      ipAddress: customerGatewayAddress,
      ...(customerGatewayAsn < FIRST_EXTENDED_ASN ? { bgpAsn } : { bgpAsnExtended: bgpAsn }),
      tags: { Name: Deployment.of(this).name('customer-gateway') },
      // A new device address: the connection moves to the new gateway before the old one can go.
      lifecycle: { createBeforeDestroy: true },
    }).id;
  }

  private vpnGateway(vpcId: string, amazonSideAsn: number): string {
    return new VpnGateway(this, 'VpnGateway', {
      vpcId,
      amazonSideAsn: `${amazonSideAsn}`,
      tags: { Name: Deployment.of(this).name('vpn-gateway') },
    }).id;
  }
}
