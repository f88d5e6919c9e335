import { join } from 'node:path';
import type { Processes } from './terraform/processes';
import { readStacks, type StackFiles } from './terraform/stack-files';

const TIMEOUT_SECONDS = 300;

/**
 * Compiles the app and synthesizes the deployed environments and the examples into a directory, with the program that
 * `npm run synth` runs.
 * @throws Error with the program's own output when it fails
 */
export async function synthesizeStacks(root: string, directory: string, processes: Processes): Promise<StackFiles[]> {
  const node = async (args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> => {
    const { code, stdout, stderr } = await processes.run(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env },
      timeoutSeconds: TIMEOUT_SECONDS,
    });
    if (code !== 0) throw new Error(`node ${args.join(' ')} ended with code ${code}\n${stdout}${stderr}`);
  };
  await node([join('scripts', 'build-app.mjs')], {});
  const stacks: StackFiles[] = [];
  for (const [set, suffix] of [
    ['', ''],
    ['examples', ' (examples)'],
  ] as const) {
    const outdir = join(directory, `synthesized-${set === '' ? 'default' : set}`);
    await node(['--disable-warning=DEP0044', join('dist', 'main.js')], {
      CDKTF_OUTDIR: outdir,
      ...(set === '' ? {} : { ENVIRONMENTS: set }),
    });
    const written = readStacks(outdir, suffix);
    if (written.length === 0) throw new Error(`synthesis must write at least one stack, got none in ${outdir}`);
    stacks.push(...written);
  }
  return stacks;
}
