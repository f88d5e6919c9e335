import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';

/** Wakes people. */
export interface Pager {
  /**
   * @param subject in a few words
   * @param sentences what was found and done, without values of payments
   */
  page(subject: string, sentences: readonly string[]): Promise<void>;
}

/** The longest subject, in characters. @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_SUBJECT_LENGTH = 100;

/** Pages over the topic of critical alerts. */
export class SnsPager implements Pager {
  private client: SNSClient | undefined;

  /** @param makeClient called for the first page: a run does not wait for what is hardly ever needed */
  constructor(
    private readonly makeClient: () => SNSClient,
    private readonly topicArn: string,
    private readonly environment: string,
  ) {}

  async page(subject: string, sentences: readonly string[]): Promise<void> {
    this.client ??= this.makeClient();
    await this.client.send(
      new PublishCommand({
        TopicArn: this.topicArn,
        Subject: `${this.environment} traffic-guard: ${subject}`.replace(/[^ -~]/g, '?').slice(0, MAX_SUBJECT_LENGTH),
        Message: sentences.join('\n'),
      }),
    );
  }
}
