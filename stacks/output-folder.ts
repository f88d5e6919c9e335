import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What synthesis writes into a stack's folder. Terraform keeps its own files beside them, which stay. */
const SYNTHESIZED = ['cdk.tf.json', 'assets'] as const;

/**
 * Synthesizes all or nothing: into a temporary folder first, then in place of what an earlier synthesis wrote. A stack that
 * is not there any more loses its configuration, so that nobody applies an old one by mistake.
 * @param outdir where the stacks are read: `cdktf.out`
 * @param synthesize writes everything into the folder it is given
 * @returns what `synthesize` returns
 */
export function replaceOutput<T>(outdir: string, synthesize: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'synth-'));
  try {
    const result = synthesize(folder);
    const [from, to] = [join(folder, 'stacks'), join(outdir, 'stacks')];
    mkdirSync(to, { recursive: true });
    for (const stack of new Set([...readdirSync(from), ...readdirSync(to)])) removeSynthesized(join(to, stack));
    cpSync(folder, outdir, { recursive: true });
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// The folder itself stays, also when it is empty: the cdktf CLI removes it, and fails when it is gone already.
function removeSynthesized(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of SYNTHESIZED) rmSync(join(folder, name), { recursive: true, force: true });
}
