/** Where a fault strikes: a call of a port, before it does anything or after it has done all. */
export interface Strike {
  /** For instance `audit.write`. */
  readonly call: string;
  readonly when: 'before' | 'after';
}

/**
 * `crash`: the process is gone, nothing after this point happens. `error`: the call fails as AWS does when it is out of order;
 * after the call that means that its answer is lost.
 */
export type FaultKind = 'crash' | 'error';

/** Decides at each point whether it is struck. It may also do something there, for instance close a database. */
export type Inject = (strike: Strike) => FaultKind | undefined | Promise<FaultKind | undefined>;

/** Where a crashed call stays for ever, and how it is told. */
export interface Crashes {
  /** Tells of the crash. */
  readonly crash: () => void;
}

/** What AWS throws when it is out of order. */
export const outage = () =>
  Object.assign(new Error('out of order'), { name: 'InternalServerError', $metadata: { httpStatusCode: 500 } });

type Method = (...parameters: never[]) => unknown;

/** The same port, whose calls can fail or take the process with them. */
export function faulty<Port extends object>(
  name: string,
  port: Port,
  inject: Inject,
  { crash }: Crashes,
  error: () => Error = outage,
): Port {
  const at = async (strike: Strike): Promise<void> => {
    const kind = await inject(strike);
    if (kind === 'error') throw error();
    if (kind === undefined) return;
    crash();
    await new Promise(() => undefined);
  };
  return new Proxy(port, {
    get: (target, property) => {
      const method: unknown = Reflect.get(target, property, target);
      if (typeof method !== 'function') return method;
      const call = `${name}.${String(property)}`;
      return async (...parameters: never[]): Promise<unknown> => {
        await at({ call, when: 'before' });
        const answer: unknown = await (method as Method).apply(target, parameters);
        await at({ call, when: 'after' });
        return answer;
      };
    },
  });
}
