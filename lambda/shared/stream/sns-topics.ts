import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { FailureNotice, Topics } from './ports';

export interface TopicArns {
  readonly failedTransactions: string;
  readonly systemErrors: string;
}

/** Whose failures they are. */
export interface TopicSource {
  /** The function, for instance `transaction-processing`. */
  readonly service: string;
  readonly environment: string;
}

/**
 * The longest subject, in characters.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
const MAX_SUBJECT_LENGTH = 100;

/** Tells failures over SNS. A message goes to mailboxes and chats: it holds identifiers and codes, nothing else. */
export class SnsTopics implements Topics {
  private client: SNSClient | undefined;

  /** @param makeClient called for the first message: starting does not wait for what is hardly ever needed */
  constructor(
    private readonly makeClient: () => SNSClient,
    private readonly arns: TopicArns,
    private readonly source: TopicSource,
  ) {}

  failedTransaction(notice: FailureNotice): Promise<void> {
    return this.publish(this.arns.failedTransactions, 'failed transaction', notice);
  }

  systemError(notice: FailureNotice): Promise<void> {
    return this.publish(this.arns.systemErrors, 'system error', notice);
  }

  private async publish(topicArn: string, kind: string, notice: FailureNotice): Promise<void> {
    const { service, environment } = this.source;
    const { code, transactionId, sequenceNumber } = notice;
    this.client ??= this.makeClient();
    await this.client.send(
      new PublishCommand({
        TopicArn: topicArn,
        // Subjects are printable ASCII; what else a code may hold would make SNS refuse the message.
        Subject: `${environment} ${service}: ${kind} ${code}`.replace(/[^ -~]/g, '?').slice(0, MAX_SUBJECT_LENGTH),
        Message: JSON.stringify({ environment, service, kind, code, transactionId, sequenceNumber }),
      }),
    );
  }
}
