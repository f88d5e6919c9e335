import type { DataPathDependencies } from '../../../../lambda/migration-steps/steps/dependencies';

/** The process is gone. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** At which call of a port something happens, counted from 0, and on which side of its effect. */
export interface Fault {
  readonly call: number;
  readonly when: 'before' | 'after';
  /** @default the process is gone */
  readonly happens?: () => Promise<void> | void;
}

/** Ports whose calls are counted, and one of which meets a fault. Time is no port. */
export function faulty(
  ports: DataPathDependencies,
  fault?: Fault,
): { readonly ports: DataPathDependencies; readonly calls: string[] } {
  const calls: string[] = [];
  const wrap = <Port extends object>(name: string, port: Port): Port =>
    new Proxy(port, {
      get(target, method) {
        const member: unknown = Reflect.get(target, method);
        if (typeof member !== 'function' || method === 'slotNames') return member;
        return async (...values: unknown[]): Promise<unknown> => {
          const call = calls.length;
          calls.push(`${name}.${String(method)}`);
          const meet = async (when: Fault['when']): Promise<void> => {
            if (fault?.call !== call || fault.when !== when) return;
            if (fault.happens === undefined) throw new Crash(`${when} ${calls[call] ?? ''}`);
            await fault.happens();
          };
          await meet('before');
          const result: unknown = await Reflect.apply(member, target, values);
          await meet('after');
          return result;
        };
      },
    });
  const { clock, budget, ...others } = ports;
  const wrapped = Object.fromEntries(Object.entries(others).map(([name, port]) => [name, wrap(name, port as object)]));
  return { ports: { clock, budget, ...wrapped } as unknown as DataPathDependencies, calls };
}
