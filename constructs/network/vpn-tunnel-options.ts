import type { VpnConnectionConfig } from '@cdktf/provider-aws/lib/vpn-connection';

const IKE_VERSIONS = ['ikev2'];
const ENCRYPTION = ['AES256-GCM-16'];
/** In phase 2 GCM authenticates by itself; AWS still wants a list. */
const INTEGRITY = ['SHA2-384', 'SHA2-512'];
/** Elliptic curves of 256, 384 and 521 bits, and the 4096-bit modular group for devices without them. */
const DIFFIE_HELLMAN_GROUPS = [16, 19, 20, 21];

/**
 * Both tunnels of a VPN connection alike: today's ciphers only, brought up and kept up from AWS's side, logged as JSON.
 * What is not set is AWS's default (lifetimes of 8 h and 1 h).
 * @see https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html
 */
export function vpnTunnelOptions(logGroupArn: string): Partial<VpnConnectionConfig> {
  // Without the two log options of 6.x (BGP), which 5.100 does not know.
  const logOptions = { cloudwatchLogOptions: { logEnabled: true, logGroupArn, logOutputFormat: 'json' } };
  return {
    tunnel1IkeVersions: IKE_VERSIONS,
    tunnel1Phase1EncryptionAlgorithms: ENCRYPTION,
    tunnel1Phase1IntegrityAlgorithms: INTEGRITY,
    tunnel1Phase1DhGroupNumbers: DIFFIE_HELLMAN_GROUPS,
    tunnel1Phase2EncryptionAlgorithms: ENCRYPTION,
    tunnel1Phase2IntegrityAlgorithms: INTEGRITY,
    tunnel1Phase2DhGroupNumbers: DIFFIE_HELLMAN_GROUPS,
    tunnel1StartupAction: 'start',
    tunnel1DpdTimeoutAction: 'restart',
    tunnel1LogOptions: logOptions,
    tunnel2IkeVersions: IKE_VERSIONS,
    tunnel2Phase1EncryptionAlgorithms: ENCRYPTION,
    tunnel2Phase1IntegrityAlgorithms: INTEGRITY,
    tunnel2Phase1DhGroupNumbers: DIFFIE_HELLMAN_GROUPS,
    tunnel2Phase2EncryptionAlgorithms: ENCRYPTION,
    tunnel2Phase2IntegrityAlgorithms: INTEGRITY,
    tunnel2Phase2DhGroupNumbers: DIFFIE_HELLMAN_GROUPS,
    tunnel2StartupAction: 'start',
    tunnel2DpdTimeoutAction: 'restart',
    tunnel2LogOptions: logOptions,
  };
}
