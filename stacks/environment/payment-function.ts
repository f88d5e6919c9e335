import type { Construct } from 'constructs';
import { type AsynchronousInvocation, FunctionAlias, NodeFunction } from '../../constructs/compute';
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

/**
 * Creates a function outside of the VPC, for those that hold the migration's controls and no payment: Route 53 has no endpoint
 * inside, and the way back must open also where the VPC is the trouble.
 */
export function addControlFunction(
  scope: Construct,
  id: string,
  { logRetentionDays }: Environment,
  { keys }: Pick<Foundations, 'keys'>,
  props: PaymentFunctionProps,
): NodeFunction {
  return new NodeFunction(scope, id, {
    ...props,
    encryptionKey: keys.lambda,
    logEncryptionKey: keys.logs,
    logRetentionDays,
  });
}

/** The alias that a function is invoked by where what invokes it stays the same from release to release. */
export function addLiveAlias(
  scope: Construct,
  id: string,
  target: NodeFunction,
  asynchronousInvocation?: AsynchronousInvocation,
): FunctionAlias {
  return new FunctionAlias(scope, `${id}Live`, {
    function: target,
    aliasName: 'live',
    description: 'The newest version, moved by every deployment',
    asynchronousInvocation,
  });
}
