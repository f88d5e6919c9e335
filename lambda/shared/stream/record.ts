import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Item } from '../transactions/item';

const attributes = z.record(z.string(), z.unknown());

const streamEvent = z.looseObject({
  Records: z.array(
    z.looseObject({
      eventSource: z.literal('aws:dynamodb'),
      eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
      dynamodb: z.looseObject({
        SequenceNumber: z.string().check(z.minLength(1)),
        Keys: z.optional(attributes),
        NewImage: z.optional(attributes),
      }),
    }),
  ),
});

/** A record of a DynamoDB stream, as Lambda hands it over: its images are still in DynamoDB's notation. */
export interface StreamRecord {
  /** Names the record to Lambda. */
  readonly sequenceNumber: string;
  /** The item's hash key, where it is the id of a transaction. */
  readonly transactionId?: string;
  /** The item after the write. @default it was removed, or the stream does not carry it */
  readonly newImage?: Readonly<Record<string, unknown>>;
  /** All of the record, for the queue of failed ones. */
  readonly whole: { readonly dynamodb: Readonly<Record<string, unknown>> };
}

/** The image of a record that is no DynamoDB item. */
export class UnreadableImage extends Error {
  override readonly name = 'UnreadableImage';
}

/** What ids of transactions look like. Other strings are not repeated in messages: nobody knows what they are. */
const TRANSACTION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The records of a batch.
 * @throws Error when it is not the event of a DynamoDB stream: no record could be named in the answer, so none is done
 */
export function parseStreamEvent(event: unknown): readonly StreamRecord[] {
  const parsed = streamEvent.safeParse(event);
  if (!parsed.success) {
    const paths = parsed.error.issues.map(({ path }) => path.map(String).join('.'));
    throw new Error(
      `the event must be a batch of a DynamoDB stream, got missing or other fields: ${[...new Set(paths)].join(', ')}; which source is mapped to this function?`,
    );
  }
  return parsed.data.Records.map((whole) => {
    const { SequenceNumber: sequenceNumber, Keys, NewImage: newImage } = whole.dynamodb;
    const transactionId = idIn(Keys);
    return {
      sequenceNumber,
      whole,
      ...(transactionId === undefined ? {} : { transactionId }),
      // What is removed (the TTL removes idempotency items) leaves nothing to do, whatever else the record carries.
      ...(newImage === undefined || whole.eventName === 'REMOVE' ? {} : { newImage }),
    };
  });
}

/**
 * The item in an image.
 * @throws UnreadableImage when it is not DynamoDB's notation; a number too large for a `number` becomes a `bigint`
 */
export function itemIn(newImage: Readonly<Record<string, unknown>>): Item {
  try {
    return unmarshall(newImage as Record<string, AttributeValue>);
  } catch (cause) {
    throw new UnreadableImage('the new image of a record must be an item in the notation of DynamoDB', { cause });
  }
}

function idIn(keys: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const key = keys?.transaction_id;
  if (typeof key !== 'object' || key === null || !('S' in key)) return undefined;
  return typeof key.S === 'string' && TRANSACTION_ID.test(key.S) ? key.S : undefined;
}
