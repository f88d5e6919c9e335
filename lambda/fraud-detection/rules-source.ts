import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Logger } from '../shared/logger';
import { classify } from '../shared/stream/failure';
import { type FraudRules, InvalidRules, parseRules } from './rules';

/** How long rules are used before they are read again, in milliseconds. */
export const RULES_TTL_MILLIS = 60_000;
/** How long nothing is read after rules could not be had: a batch of records must not use up SSM's request rate. */
export const RULES_RETRY_MILLIS = 5_000;

/** Where the rules come from. */
export interface RulesSource {
  /** @throws RulesUnavailable when there are none yet: nothing is approved unscreened */
  current(): Promise<FraudRules>;
}

/** There are no rules to screen by. The payment waits. */
export class RulesUnavailable extends Error {
  override readonly name = 'RulesUnavailable';
  /** Errors of AWS have this. To a stream's handler that means an outage, which this is: of SSM, or of what is in it. */
  readonly $metadata = {};
}

export interface CachedRulesDependencies {
  /** Reads the document. */
  readonly read: () => Promise<string>;
  /** Tells people that the rules need them, with a code for why. */
  readonly report: (code: string) => Promise<void>;
  readonly logger: Logger;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * The rules, read again every minute. A document that is broken or cannot be read leaves the last good rules in place. What
 * somebody must mend is reported once: each broken document, and each reason why AWS does not hand it out that will not pass.
 */
export class CachedRules implements RulesSource {
  private good: FraudRules | undefined;
  private reported: string | undefined;
  private readAgainAt = -Infinity;

  constructor(private readonly dependencies: CachedRulesDependencies) {}

  async current(): Promise<FraudRules> {
    if (this.dependencies.now() >= this.readAgainAt) await this.refresh();
    if (this.good === undefined) throw new RulesUnavailable('there are no valid fraud rules yet: the log says why');
    return this.good;
  }

  private async refresh(): Promise<void> {
    const { read, logger, now } = this.dependencies;
    let document = '';
    try {
      document = await read();
      this.good = parseRules(document);
      this.reported = undefined;
    } catch (error) {
      const inUse = { rulesVersion: this.good?.version ?? 'none' };
      if (error instanceof InvalidRules) {
        logger.error('the fraud rules are not valid', { problems: error.problems, ...inUse });
        await this.reportOnce(document, error.name);
      } else {
        const { code, needsOperator } = classify(error);
        logger.warn('the fraud rules could not be read', { code, ...inUse });
        if (needsOperator) await this.reportOnce(code, code);
      }
    }
    this.readAgainAt = now() + (this.good === undefined ? RULES_RETRY_MILLIS : RULES_TTL_MILLIS);
  }

  /** @param cause what was wrong: the same is not reported again */
  private async reportOnce(cause: string, code: string): Promise<void> {
    if (cause === this.reported) return;
    try {
      await this.dependencies.report(code);
      this.reported = cause;
    } catch (error) {
      // Tried again at the next reading. Screening goes on.
      this.dependencies.logger.error('broken fraud rules could not be reported', { code: classify(error).code });
    }
  }
}

/** Reads the document from an SSM parameter. */
export const readParameter = (client: SSMClient, name: string) => async (): Promise<string> => {
  const { Parameter: parameter } = await client.send(new GetParameterCommand({ Name: name }));
  return parameter?.Value ?? '';
};
