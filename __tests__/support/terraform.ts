import { execFileSync } from 'node:child_process';
import { judgeVersion, type FoundTerraform } from '../../verification/terraform/find-terraform';

/** The machine's Terraform, asked while test files load, because only then can tests be left out. */
export function usableTerraform(): FoundTerraform {
  try {
    return judgeVersion(
      execFileSync('terraform', ['version', '-json'], {
        encoding: 'utf8',
        env: { ...process.env, CHECKPOINT_DISABLE: '1' },
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
  } catch {
    return { found: false, reason: 'no terraform on the PATH' };
  }
}
