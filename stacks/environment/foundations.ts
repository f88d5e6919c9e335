import type { Construct } from 'constructs';
import { EncryptionKeys } from '../../constructs/encryption';
import { Network, OnPremisesHost, OnPremisesLink } from '../../constructs/network';
import type { Environment } from '../configuration';

/** What everything else stands on. */
export interface Foundations {
  readonly keys: EncryptionKeys;
  readonly network: Network;
  /** Undefined without an on-premises side. */
  readonly onPremisesLink: OnPremisesLink | undefined;
}

/** The services that functions of the cutover call beside those of every environment: tasks of DMS, and which release runs. */
const CUTOVER_ENDPOINTS = ['dms', 'lambda'] as const;

/** Creates keys, network and the private link to the on-premises network. */
export function addFoundations(scope: Construct, environment: Environment): Foundations {
  const keys = new EncryptionKeys(scope, 'Keys');
  const { logRetentionDays, onPremises } = environment;
  const network = new Network(scope, 'Network', {
    ...environment.network,
    // What only the functions of the cutover call is not paid for elsewhere.
    interfaceEndpoints: [
      ...environment.network.interfaceEndpoints,
      ...(environment.cutover === undefined ? [] : CUTOVER_ENDPOINTS),
    ],
    onPremisesCidrs: onPremises?.cidrs,
    encryptionKey: keys.logs,
    flowLogRetentionDays: logRetentionDays,
  });
  const source = onPremises?.database;
  if (source?.address !== undefined) {
    const { host: hostName, address } = source;
    new OnPremisesHost(scope, 'OnPremisesDatabaseHost', { vpcId: network.vpcId, hostName, address });
  }
  return { keys, network, onPremisesLink: addLink(scope, environment, keys, network) };
}

function addLink(
  scope: Construct,
  { onPremises, logRetentionDays }: Environment,
  keys: EncryptionKeys,
  network: Network,
): OnPremisesLink | undefined {
  if (onPremises === undefined) return undefined;
  const { link, cidrs: onPremisesCidrs } = onPremises;
  const common = { network, onPremisesCidrs };
  return new OnPremisesLink(
    scope,
    'OnPremisesLink',
    link.kind === 'vpn' ? { ...link, ...common, encryptionKey: keys.logs, logRetentionDays } : { ...link, ...common },
  );
}
