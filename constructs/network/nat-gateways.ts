import { Eip } from '@cdktf/provider-aws/lib/eip';
import { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import type { NatGatewayMode } from './network-settings';
import { type ByZone, mapZones } from './zones';

export interface NatGatewaysProps {
  readonly mode: NatGatewayMode;
  readonly publicSubnetIds: ByZone<string>;
  /** A NAT gateway reaches nothing without it, and its address cannot be released after it. */
  readonly internetGateway: ITerraformDependable;
}

/**
 * NAT gateways with an elastic IP each. A single one stands in the first zone, under the address it has with one a zone:
 * changing between the two replaces no gateway.
 */
export class NatGateways extends Construct {
  /** By the zone the gateway stands in; empty when there is none. */
  readonly natGatewayIds: ByZone<string>;
  /** The public addresses that partners see, by the zone the gateway stands in. */
  readonly publicIps: ByZone<string>;

  constructor(scope: Construct, id: string, props: NatGatewaysProps) {
    super(scope, id);
    const deployment = Deployment.of(this);
    const gateways = mapZones(zonesOf(props), ({ subnetId, number }, zone) => {
      const tags = { Name: deployment.name(`nat-gateway-${number}`) };
      const dependsOn = [props.internetGateway];
      const address = new Eip(this, `Address-${zone}`, { domain: 'vpc', tags, dependsOn });
      const gateway = new NatGateway(this, `Gateway-${zone}`, {
        allocationId: address.allocationId,
        subnetId,
        connectivityType: 'public',
        tags,
        dependsOn,
      });
      return { id: gateway.id, publicIp: address.publicIp };
    });
    this.natGatewayIds = mapZones(gateways, (gateway) => gateway.id);
    this.publicIps = mapZones(gateways, (gateway) => gateway.publicIp);
  }

  /** The gateway that serves a zone: its own, or the single one; undefined when there is none. */
  servingZone(zone: string): string | undefined {
    return this.natGatewayIds[zone] ?? Object.values(this.natGatewayIds)[0];
  }
}

const GATEWAYS_WANTED: Record<NatGatewayMode, number> = { 'per-zone': Infinity, single: 1, none: 0 };

const zonesOf = (props: NatGatewaysProps): ByZone<{ subnetId: string; number: number }> =>
  Object.fromEntries(
    Object.entries(props.publicSubnetIds)
      .map(([zone, subnetId], index) => [zone, { subnetId, number: index + 1 }] as const)
      .slice(0, GATEWAYS_WANTED[props.mode]),
  );
