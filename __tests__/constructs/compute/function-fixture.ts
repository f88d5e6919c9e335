import type { TerraformStack } from 'cdktf';
import { NodeFunction, type NodeFunctionProps } from '../../../constructs/compute';
import { EncryptionKey } from '../../../constructs/encryption';

/** The least that a function needs, of the one function that exists. */
export function makeFunction(
  stack: TerraformStack,
  props: Partial<NodeFunctionProps> = {},
  keys = { lambda: makeKey(stack, 'lambda'), logs: makeKey(stack, 'logs') },
): NodeFunction {
  return new NodeFunction(stack, 'PaymentValidation', {
    component: 'payment-validation',
    description: 'Takes payments',
    memorySizeMib: 3008,
    timeoutSeconds: 30,
    encryptionKey: keys.lambda,
    logEncryptionKey: keys.logs,
    logRetentionDays: 365,
    ...props,
  });
}

/** A customer key by its purpose. */
export const makeKey = (stack: TerraformStack, purpose: string): EncryptionKey =>
  new EncryptionKey(stack, `Key-${purpose}`, { purpose, description: purpose });
