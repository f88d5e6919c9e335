import type { Construct } from 'constructs';
import { NodeFunction } from '../../constructs/compute';
import type { Environment } from '../configuration';
import type { Foundations } from './foundations';

/** What functions of the payment path differ in. */
export interface PaymentFunctionProps {
  readonly component: string;
  readonly description: string;
  readonly memorySizeMib: number;
  readonly timeoutSeconds: number;
  readonly reservedConcurrency?: number;
  readonly imageUri?: string;
}

/**
 * Creates a function in the private subnets, from where it reaches nothing until that is allowed: also those that use no
 * database, because outside of the VPC a function that was taken over could send payments anywhere (PCI DSS 4.0, 1.3.2).
 * Lambda itself carries logs and traces, past the VPC.
 */
export function addPaymentFunction(
  scope: Construct,
  id: string,
  { logRetentionDays }: Environment,
  { keys, network }: Foundations,
  props: PaymentFunctionProps,
): NodeFunction {
  return new NodeFunction(scope, id, {
    ...props,
    encryptionKey: keys.lambda,
    logEncryptionKey: keys.logs,
    logRetentionDays,
    vpcId: network.vpcId,
    subnetIds: network.privateSubnetIds,
  });
}
