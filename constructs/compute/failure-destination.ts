import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config';
import type { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import type { Grantee } from '../policy';

/** How Lambda handles events of asynchronous invocations, which nobody waits for. */
export interface AsynchronousInvocation {
  /** Whether the events that failed go to a topic or to a queue. */
  readonly failureDestinationType: 'sns' | 'sqs';
  /** Where an event goes, with its error, when every attempt failed or it became too old. */
  readonly failureDestinationArn: string;
  /** The customer key that the destination is encrypted with. */
  readonly failureDestinationKey: EncryptionKey;
  /**
   * How often Lambda repeats an attempt that failed: 0 to 2.
   * @default 2
   */
  readonly maximumRetryAttempts?: number;
  /**
   * How long Lambda keeps an event that it could not deliver, in seconds: 60 to 21,600.
   * @default 21600 (6 hours)
   */
  readonly maximumEventAgeSeconds?: number;
}

const DELIVER = { sns: 'sns:Publish', sqs: 'sqs:SendMessage' } as const;

/** Lets the function's role, with which Lambda delivers, write to the destination. */
export function grantDelivery(grantee: Grantee, invocation: AsynchronousInvocation): void {
  grantee.addStatements({
    sid: 'DeliverFailedEvents',
    actions: [DELIVER[invocation.failureDestinationType]],
    resources: [invocation.failureDestinationArn],
  });
  invocation.failureDestinationKey.grantEncryptDecrypt(grantee);
}

/**
 * Sets how asynchronous events of a function are handled.
 * @param qualifier the alias that is invoked; without one, what is invoked by the function's bare name
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function configureAsynchronousInvocation(
  scope: Construct,
  id: string,
  functionName: string,
  invocation: AsynchronousInvocation,
  qualifier?: string,
): void {
  new LambdaFunctionEventInvokeConfig(scope, id, {
    functionName,
    qualifier,
    maximumRetryAttempts: invocation.maximumRetryAttempts ?? 2,
    maximumEventAgeInSeconds: invocation.maximumEventAgeSeconds ?? 21_600,
    destinationConfig: { onFailure: { destination: invocation.failureDestinationArn } },
  });
}
