import { accounts } from './accounts';
import { dev } from './dev';
import { serverless } from './examples/serverless';
import { prod } from './prod';
import { staging } from './staging';
import { validate, type Configuration, type EnvironmentSource } from './validate';

/** The sets of environments that can be synthesized together, each with its files. */
const sets = {
  default: [
    { file: 'environments/dev.ts', environment: dev },
    { file: 'environments/staging.ts', environment: staging },
    { file: 'environments/prod.ts', environment: prod },
  ],
  examples: [{ file: 'environments/examples/serverless.ts', environment: serverless }],
} as const satisfies Record<string, readonly EnvironmentSource[]>;

/** The name of a set of environments. */
export type EnvironmentSet = keyof typeof sets;

/** The user asked for a set of environments that there is none of. */
export class UnknownEnvironmentSet extends Error {
  override readonly name = 'UnknownEnvironmentSet';
}

const isSet = (name: string): name is EnvironmentSet => Object.keys(sets).includes(name);

/**
 * The name of a set of environments.
 * @param name what the user asked for; nothing means `default`
 * @throws UnknownEnvironmentSet when there is no such set
 */
export function environmentSet(name: string | undefined): EnvironmentSet {
  if (name === undefined || name === '') return 'default';
  if (isSet(name)) return name;
  throw new UnknownEnvironmentSet(
    `ENVIRONMENTS must be one of ${Object.keys(sets).join(', ')}, got "${name}"; leave it out for default`,
  );
}

/**
 * The accounts and environments of a set.
 * @throws InvalidEnvironments with every problem of every file
 */
export function loadEnvironments(set: EnvironmentSet = 'default'): Configuration {
  return validate({ accounts: { file: 'environments/accounts.ts', accounts }, environments: sets[set] });
}

export { InvalidEnvironments } from './problem';
export type { Configuration } from './validate';
