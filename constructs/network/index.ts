export {
  type Cidr,
  cidrContains,
  cidrsOverlap,
  isCanonicalCidr,
  isVpcSizedCidr,
  parseCidr,
  VPC_PREFIX_LENGTH,
} from './cidr';
export { Network, type NetworkProps } from './network';
export {
  ASN_RANGE,
  DEFAULT_AMAZON_SIDE_ASN,
  DEFAULT_CUSTOMER_GATEWAY_ASN,
  DEFAULT_INTERFACE_ENDPOINTS,
  MAX_ACL_LIST_LENGTH,
  NAT_GATEWAY_MODES,
  type NatGatewayMode,
  VPN_ROUTING,
  type VpnRouting,
} from './network-settings';
export { OnPremisesHost, type OnPremisesHostProps } from './on-premises-host';
export {
  type LinkedNetwork,
  OnPremisesLink,
  type OnPremisesLinkProps,
  type TransitGatewayLinkProps,
  type VpnLinkProps,
} from './on-premises-link';
export { type NetworkPeer, type Port, SecurityGroup, type SecurityGroupProps } from './security-group';
export { type ByZone, mapZones, type ZoneSubnets } from './zones';
