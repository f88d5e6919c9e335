import { accounts } from '../../environments/accounts';
import { prod } from '../../environments/prod';
import { formatProblem, InvalidEnvironments } from '../../environments/problem';
import { validate } from '../../environments/validate';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A copy of a value with some paths set, written as `a.b.0.c`; `undefined` removes the key.
 * @throws Error when a path leads nowhere
 */
export function edited(value: unknown, changes: Readonly<Record<string, unknown>>): Json {
  const copy = structuredClone(value) as Json;
  for (const [path, change] of Object.entries(changes)) {
    const keys = path.split('/');
    const last = keys.pop() ?? '';
    const parent = keys.reduce<unknown>(
      (at, key) => (isObject(at) || Array.isArray(at) ? (at as Json)[key] : undefined),
      copy,
    );
    if (typeof parent !== 'object' || parent === null) throw new Error(`no such path: ${path}`);
    if (change === undefined) delete (parent as Json)[last];
    else (parent as Json)[last] = change;
  }
  return copy;
}

/** The lines that validation reports for the production environment with some changes; empty when it is valid. */
export function problemsOfProd(changes: Readonly<Record<string, unknown>>): string[] {
  return problemsOf([edited(prod, changes)]);
}

/** The lines that validation reports for some environments, each in a file named after its position. */
export function problemsOf(environments: readonly unknown[], accountsFile: unknown = accounts): string[] {
  try {
    validate({
      accounts: { file: 'accounts.ts', accounts: accountsFile },
      environments: environments.map((environment, index) => ({ file: `${index + 1}.ts`, environment })),
    });
    return [];
  } catch (error) {
    if (error instanceof InvalidEnvironments) return error.problems.map(formatProblem);
    throw error;
  }
}
