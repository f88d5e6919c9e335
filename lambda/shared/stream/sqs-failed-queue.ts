import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { FailedQueue } from './ports';
import type { StreamRecord } from './record';

/**
 * The longest body, in bytes: what a queue takes that nobody configured otherwise, less what the attribute needs.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
const MAX_BODY_BYTES = 262_144 - 1024;

/** Keeps failed records in an SQS queue, in the shape in which the stream delivered them. */
export class SqsFailedQueue implements FailedQueue {
  private client: SQSClient | undefined;

  /** @param makeClient called when the first record fails: starting does not wait for what is hardly ever needed */
  constructor(
    private readonly makeClient: () => SQSClient,
    private readonly queueUrl: string,
  ) {}

  async put(record: StreamRecord, code: string): Promise<void> {
    this.client ??= this.makeClient();
    await this.client.send(
      new SendMessageCommand({
        QueueUrl: this.queueUrl,
        MessageBody: messageBody(record),
        MessageAttributes: { code: { DataType: 'String', StringValue: code.slice(0, 256) } },
      }),
    );
  }
}

/**
 * The record as JSON. One that no message holds leaves its images out, the old one first: the table has the item, and a
 * record that fits into no queue would hold up its shard for ever.
 */
function messageBody({ whole }: StreamRecord): string {
  const { dynamodb } = whole;
  const without = (...names: readonly string[]) => ({
    ...whole,
    dynamodb: Object.fromEntries(Object.entries(dynamodb).filter(([name]) => !names.includes(name))),
  });
  const last = ascii(without('OldImage', 'NewImage'));
  return [ascii(whole), ascii(without('OldImage'))].find((body) => body.length <= MAX_BODY_BYTES) ?? last;
}

/** JSON in ASCII alone: SQS refuses some characters, and here a character is a byte. */
const ascii = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
