/** Something that must be so for this instance to take requests. */
export interface HealthCheck {
  readonly name: string;
  /** Whether it is so. */
  readonly passes: () => boolean | Promise<boolean>;
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
  readonly status: 'pass' | 'fail';
  readonly checks: readonly { readonly name: string; readonly status: 'pass' | 'fail' }[];
}

/** Runs the checks. It fails when one of them does; one that throws has failed. */
export async function checkHealth(identity: Identity, checks: readonly HealthCheck[]): Promise<HealthReport> {
  const results = await Promise.all(
    checks.map(async (check) => ({ name: check.name, status: (await passes(check)) ? 'pass' : 'fail' }) as const),
  );
  return { status: results.every(({ status }) => status === 'pass') ? 'pass' : 'fail', ...identity, checks: results };
}

async function passes(check: HealthCheck): Promise<boolean> {
  try {
    return await check.passes();
  } catch {
    return false;
  }
}
