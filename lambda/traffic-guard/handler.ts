import type { Lease, MigrationAuthority } from '../shared/authority/migration-authority';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import type { Clock } from '../shared/runtime/clock';
import { errorFields, ExplainedError } from '../shared/runtime/error-fields';
import type { ClearanceParameter } from '../shared/traffic/clearance';
import { clearanceText, isWithin, nearestBound } from '../shared/traffic/clearance-bounds';
import type { Traffic, Weights } from '../shared/traffic/traffic';
import { weightsText } from '../shared/traffic/weights';
import { ClearanceKeeper } from './clearance-keeper';
import type { Pager } from './pager';

/** What the handler needs from outside. */
export interface HandlerDependencies {
  readonly traffic: Traffic;
  readonly authority: Pick<MigrationAuthority, 'record'>;
  readonly parameter: ClearanceParameter;
  readonly pager: Pager;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** What a run found and did. */
export interface GuardReport {
  /** The weights as they were found. */
  readonly weights: Weights;
  /** What they were set to. @default they were inside */
  readonly shifted?: Weights;
  readonly parameterRepaired: boolean;
}

/**
 * The scheduled function that holds the weights inside the clearance: Terraform's plans are held by it when they are made, and
 * a saved one may be older. What lies outside goes to the nearest bound; the clearance itself is never changed. The parameter
 * that Terraform reads is made to say what the authority item says. Everything that was found is paged.
 */
export function createHandler({ traffic, authority, parameter, pager, metrics, logger, clock }: HandlerDependencies) {
  const keeper = new ClearanceKeeper({ authority, parameter, clock });
  return async (): Promise<GuardReport> => {
    // Each is done, whether or not the other can be: a parameter that cannot be written must not leave traffic where it is.
    const [weights] = await Promise.allSettled([holdWeights()]);
    const [clearance] = await Promise.allSettled([keepParameter()]);
    metrics.publish();
    if (weights.status === 'rejected') throw weights.reason;
    if (clearance.status === 'rejected') throw clearance.reason;
    return { ...weights.value, parameterRepaired: clearance.value };
  };

  async function holdWeights(): Promise<Pick<GuardReport, 'weights' | 'shifted'>> {
    // Weights first: whoever moves them was cleared before, and a clearance that is read afterwards knows of it.
    const weights = await traffic.read();
    const clearance = await keeper.present();
    const within = isWithin(weights, clearance);
    metrics.add('TrafficOutsideClearance', within ? 0 : 1);
    if (within) return { weights };
    const target = nearestBound(weights, clearance);
    const found = `The weights were ${weightsText(weights)}, but ${clearanceText(clearance)}.`;
    try {
      await traffic.shift(target);
    } catch (error) {
      const why =
        error instanceof ExplainedError ? error.message : `${errorFields(error)['error_name'] as string}, see the log`;
      await page('weights outside of the clearance are NOT put back', [
        found,
        `They must be ${weightsText(target)}, and could not be set: ${why}. Set them by hand; the guard tries again in a minute.`,
      ]);
      throw error;
    }
    await page('weights outside of the clearance were put back', [
      found,
      `They were set to ${weightsText(target)}.`,
      ...(await holder()),
      'Apply no plan that is older than the clearance: make a new one.',
    ]);
    return { weights, shifted: target };
  }

  async function keepParameter(): Promise<boolean> {
    const repair = await keeper.repair();
    metrics.add('ClearanceParameterRepaired', repair === undefined ? 0 : 1);
    if (repair === undefined) return false;
    await page('the parameter of the clearance was written anew', [
      repair,
      'Plans that were made meanwhile may have been refused or let through by it: make them again.',
    ]);
    return true;
  }

  /** Who may be about to move the weights itself. */
  async function holder(): Promise<string[]> {
    const lease: Lease | undefined = await authority.record().then(
      (record) => record.lease,
      () => undefined,
    );
    return lease === undefined
      ? []
      : [`The lease is held by ${lease.execution}: between its clearance and its weights this is no fault.`];
  }

  /** What was done stands, also where nobody can be told: then the log and the metric say it. */
  async function page(subject: string, sentences: readonly string[]): Promise<void> {
    logger.error(subject, { sentences });
    try {
      await pager.page(subject, sentences);
    } catch (error) {
      logger.error('the page could not be sent', errorFields(error));
    }
  }
}
