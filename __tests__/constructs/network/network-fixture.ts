import type { TerraformStack } from 'cdktf';
import { EncryptionKey } from '../../../constructs/encryption';
import { Network, type NetworkProps } from '../../../constructs/network/network';
import type { DeploymentProps } from '../../../constructs/naming';
import type { ByZone, ZoneSubnets } from '../../../constructs/network/zones';
import { synthesize, type Template } from '../../support/template';

/** Zones of us-east-1 by letter, numbered from 0 in the plan 10.0.n.0/24, 10.0.1n.0/24, 10.0.2n.0/24. */
export const zones = (letters: string): ByZone<ZoneSubnets> =>
  Object.fromEntries(
    [...letters].map((letter) => {
      const index = letter.charCodeAt(0) - 'a'.charCodeAt(0);
      return [
        `us-east-1${letter}`,
        {
          publicCidr: `10.0.${index}.0/24`,
          privateCidr: `10.0.${10 + index}.0/24`,
          databaseCidr: `10.0.${20 + index}.0/24`,
        },
      ];
    }),
  );

export const logsKey = (stack: TerraformStack): EncryptionKey =>
  new EncryptionKey(stack, 'LogsKey', { purpose: 'logs', description: 'Logs' });

export const createNetwork = (
  stack: TerraformStack,
  encryptionKey: EncryptionKey,
  props: Partial<NetworkProps> = {},
): Network =>
  new Network(stack, 'Network', {
    cidr: '10.0.0.0/16',
    availabilityZones: zones('abc'),
    encryptionKey,
    flowLogRetentionDays: 365,
    ...props,
  });

/** A stack with a network in three zones and nothing else. */
export const synthesizeNetwork = (
  props: Partial<NetworkProps> = {},
  deployment: Partial<DeploymentProps> = {},
): Template => synthesize((stack) => void createNetwork(stack, logsKey(stack), props), deployment);
