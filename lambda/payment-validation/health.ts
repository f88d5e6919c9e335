import { setTimeout as delay } from 'node:timers/promises';
import type { HttpRequest, HttpResponse } from '../shared/http/message';
import type { Logger } from '../shared/logger';
import { errorFields } from '../shared/runtime/error-fields';

/** Something that this instance needs to serve well. */
export interface HealthCheck {
  readonly name: string;
  /** Rejects when it is not so. */
  readonly run: () => Promise<unknown>;
}

/** Which software answers, and where. */
export interface Identity {
  /** What was released: a digest of the code. */
  readonly release: string;
  /** The version that Lambda gave it when it was published. */
  readonly functionVersion: string;
  /** The environment's suffix, for instance `prod`. */
  readonly environment: string;
}

/** What `GET /health` answers. */
export interface HealthReport extends Identity {
  /** `degraded`: this instance runs, and something that it depends on does not. */
  readonly status: 'pass' | 'degraded';
  readonly checks: readonly { readonly name: string; readonly status: 'pass' | 'fail' }[];
}

/** What `GET /health` needs from outside. */
export interface HealthDependencies {
  /** What `?deep=1` checks. */
  readonly checks: readonly HealthCheck[];
  readonly logger: Logger;
  /**
   * How long a check may take before it has failed, in milliseconds.
   * @default 2000
   */
  readonly checkTimeoutMillis?: number;
}

/** Passed by getting here: without its configuration the function does not start. */
const CONFIGURATION = { name: 'configuration', status: 'pass' } as const;

/**
 * Reports on this instance. The status is 200 whatever the report says: a load balancer that takes instances out because a
 * dependency of all of them is down would turn a part's outage into a whole one.
 */
export function createGetHealth({ checks, logger, checkTimeoutMillis = 2000 }: HealthDependencies) {
  return async (request: HttpRequest, identity: Identity): Promise<HttpResponse> => {
    const deep = request.query.get('deep')?.at(-1) === '1';
    const results = await Promise.all((deep ? checks : []).map((check) => result(check, checkTimeoutMillis, logger)));
    const report: HealthReport = {
      status: results.every(({ status }) => status === 'pass') ? 'pass' : 'degraded',
      ...identity,
      checks: [CONFIGURATION, ...results],
    };
    return {
      status: 200,
      headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
      body: JSON.stringify(report),
    };
  };
}

async function result({ name, run }: HealthCheck, timeoutMillis: number, logger: Logger) {
  const timer = new AbortController();
  const tooLate = delay(timeoutMillis, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new Error('the check must answer in time');
  });
  try {
    await Promise.race([run(), tooLate]);
    return { name, status: 'pass' } as const;
  } catch (error) {
    logger.warn('health check failed', { check: name, ...errorFields(error) });
    return { name, status: 'fail' } as const;
  } finally {
    tooLate.catch(() => undefined);
    timer.abort();
  }
}
