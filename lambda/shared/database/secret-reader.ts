import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ExplainedError } from '../runtime/error-fields';

/** Reads the values of secrets. */
export interface Secrets {
  /**
   * The present value (AWSCURRENT).
   * @param options `fresh`: not one that was read before, because that one did not work
   */
  read(arn: string, options?: { readonly fresh?: boolean }): Promise<string>;
}

export interface SecretReaderOptions {
  /** How long a value that was read is used, in milliseconds, from 0. @default 300000 */
  readonly timeToLiveMs?: number;
  /** Milliseconds since 1970. @default the clock */
  readonly now?: () => number;
}

interface Kept {
  readonly value: string;
  readonly readAt: number;
}

/**
 * Secrets Manager with a memory, one an instance of a function. Who asks while the same secret is being read gets that
 * answer. Where Secrets Manager does not answer, a value that is older than it should be serves on: old credentials mostly
 * still work, and when they do not, that is noticed.
 */
export class SecretReader implements Secrets {
  private readonly kept = new Map<string, Kept>();
  private readonly reading = new Map<string, Promise<string>>();
  private readonly timeToLiveMs: number;
  private readonly now: () => number;

  constructor(
    private readonly client: Pick<SecretsManagerClient, 'send'>,
    options: SecretReaderOptions = {},
  ) {
    this.timeToLiveMs = options.timeToLiveMs ?? 300_000;
    this.now = options.now ?? Date.now;
  }

  /** @throws what Secrets Manager answers, when there is nothing older to serve or `fresh` was asked for */
  async read(arn: string, { fresh = false }: { readonly fresh?: boolean } = {}): Promise<string> {
    if (fresh) return this.once(`fresh ${arn}`, arn);
    const kept = this.kept.get(arn);
    if (kept !== undefined && this.now() - kept.readAt < this.timeToLiveMs) return kept.value;
    try {
      return await this.once(arn, arn);
    } catch (error) {
      if (kept === undefined) throw error;
      return kept.value;
    }
  }

  /** One read at a time; a fresh one does not take the answer of another that may have begun before the value changed. */
  private once(key: string, arn: string): Promise<string> {
    const under = this.reading.get(key);
    if (under !== undefined) return under;
    const reading = this.fetch(arn).finally(() => this.reading.delete(key));
    this.reading.set(key, reading);
    return reading;
  }

  private async fetch(arn: string): Promise<string> {
    const { SecretString: value } = await this.client.send(new GetSecretValueCommand({ SecretId: arn }));
    if (value === undefined)
      throw new ExplainedError(`the secret ${arn} must hold text, got a binary value; write it anew`);
    this.kept.set(arn, { value, readAt: this.now() });
    return value;
  }
}
