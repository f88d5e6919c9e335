import { Route } from '@cdktf/provider-aws/lib/route';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import type { NatGateways } from './nat-gateways';
import { type ByZone, mapZones } from './zones';

export interface RouteTablesProps {
  readonly vpcId: string;
  readonly internetGatewayId: string;
  readonly natGateways: NatGateways;
  readonly publicSubnetIds: ByZone<string>;
  readonly privateSubnetIds: ByZone<string>;
  readonly databaseSubnetIds: ByZone<string>;
}

const INTERNET = '0.0.0.0/0';

/**
 * The route tables: one for the public subnets (to the internet gateway), one a zone for the private ones (to the zone's
 * NAT gateway, if there is any), one for the database subnets that reaches nothing but the VPC. Routes are resources of
 * their own, because the private link adds more to the private tables.
 */
export class RouteTables extends Construct {
  readonly publicRouteTableId: string;
  readonly privateRouteTableIds: ByZone<string>;
  readonly databaseRouteTableId: string;

  constructor(scope: Construct, id: string, props: RouteTablesProps) {
    super(scope, id);
    this.publicRouteTableId = this.table('Public', 'public', props.vpcId);
    new Route(this, 'PublicInternet', {
      routeTableId: this.publicRouteTableId,
      destinationCidrBlock: INTERNET,
      gatewayId: props.internetGatewayId,
    });
    mapZones(props.publicSubnetIds, (subnetId, zone) => {
      this.associate(`PublicSubnet-${zone}`, subnetId, this.publicRouteTableId);
    });

    this.privateRouteTableIds = mapZones(props.privateSubnetIds, (subnetId, zone, index) => {
      const routeTableId = this.table(`Private-${zone}`, `private-${index + 1}`, props.vpcId);
      const natGatewayId = props.natGateways.servingZone(zone);
      if (natGatewayId !== undefined) {
        new Route(this, `PrivateInternet-${zone}`, { routeTableId, destinationCidrBlock: INTERNET, natGatewayId });
      }
      this.associate(`PrivateSubnet-${zone}`, subnetId, routeTableId);
      return routeTableId;
    });

    this.databaseRouteTableId = this.table('Database', 'database', props.vpcId);
    mapZones(props.databaseSubnetIds, (subnetId, zone) => {
      this.associate(`DatabaseSubnet-${zone}`, subnetId, this.databaseRouteTableId);
    });
  }

  private table(id: string, name: string, vpcId: string): string {
    const tags = { Name: Deployment.of(this).name(`${name}-route-table`) };
    return new RouteTable(this, id, { vpcId, tags }).id;
  }

  private associate(id: string, subnetId: string, routeTableId: string): void {
    new RouteTableAssociation(this, id, { subnetId, routeTableId });
  }
}
