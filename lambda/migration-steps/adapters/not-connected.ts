import { ExplainedError } from '../../shared/runtime/error-fields';

/**
 * Stands for a port that has no adapter: whoever calls it is refused, so that a gate fails and nothing is taken for good.
 * @param methods all that the port has
 */
export const notConnected = <Port>(port: string, methods: readonly (keyof Port & string)[]): Port =>
  Object.fromEntries(
    methods.map((method) => [
      method,
      () => Promise.reject(new ExplainedError(`${port} must be connected before ${method} is called, got no adapter`)),
    ]),
  ) as Port;
