export {
  addressCount,
  type Cidr,
  cidrContains,
  cidrsOverlap,
  isCanonicalCidr,
  isVpcSizedCidr,
  parseCidr,
  VPC_PREFIX_LENGTH,
} from './cidr';
export { NAT_GATEWAY_MODES, type NatGatewayMode } from './nat-gateways';
export { Network, type NetworkProps } from './network';
export {
  type LinkedNetwork,
  ON_PREMISES_LINK_KINDS,
  OnPremisesLink,
  type OnPremisesLinkProps,
  type TransitGatewayLinkProps,
  type VpnLinkProps,
} from './on-premises-link';
export { type NetworkPeer, type Port, SecurityGroup, type SecurityGroupProps } from './security-group';
export { VPN_ROUTING, type VpnRouting } from './site-to-site-vpn';
export { DEFAULT_INTERFACE_ENDPOINTS } from './vpc-endpoints';
export { type ByZone, mapZones, type ZoneSubnets } from './zones';
export { OnPremisesHost, type OnPremisesHostProps } from './on-premises-host';
