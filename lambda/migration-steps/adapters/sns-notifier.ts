import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Notice, Notifier, Severity } from '../ports/notifier';

/**
 * The longest subject, in characters.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
const MAX_SUBJECT_LENGTH = 100;

/** Tells people over the topics that alarms tell them over. */
export class SnsNotifier implements Notifier {
  constructor(
    private readonly client: Pick<SNSClient, 'send'>,
    private readonly topicArns: Readonly<Record<Severity, string>>,
    private readonly environment: string,
  ) {}

  async notify({ severity, subject, lines }: Notice): Promise<void> {
    await this.client.send(
      new PublishCommand({
        TopicArn: this.topicArns[severity],
        // Subjects are printable ASCII; what else it may hold would make SNS refuse the message.
        Subject: `${this.environment} migration: ${subject}`.replace(/[^ -~]/g, '?').slice(0, MAX_SUBJECT_LENGTH),
        Message: [`${this.environment}: ${subject}`, '', ...lines].join('\n'),
      }),
    );
  }
}
