import { buildApp } from '../../main';
import { accounts } from '../../environments/accounts';
import { loadEnvironments, type EnvironmentSet } from '../../environments';
import { validate } from '../../environments/validate';
import { synthesizeApp, type Template } from './template';

/** The stacks of a set of environments by name, synthesized from the files for real. */
export const stacksOf = (set: EnvironmentSet = 'default'): Record<string, Template> =>
  synthesizeApp((outdir) =>
    buildApp({ outdir, configuration: loadEnvironments(set), accountStacks: set === 'default' }),
  );

/** The stack of one environment that is given as its file would write it. */
export function stackOf(environment: unknown): Template {
  const configuration = validate({
    accounts: { file: 'accounts.ts', accounts },
    environments: [{ file: 'environment.ts', environment }],
  });
  const [stack] = Object.values(synthesizeApp((outdir) => buildApp({ outdir, configuration, accountStacks: false })));
  if (stack === undefined) throw new Error('no stack was written');
  return stack;
}
