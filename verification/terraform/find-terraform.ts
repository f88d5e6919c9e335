import type { Processes } from './processes';
import { compareVersions } from './version';

/** Write-only arguments and ephemeral resources need this version. */
export const MINIMUM_TERRAFORM_VERSION = '1.11.0';

export type FoundTerraform =
  { readonly found: true; readonly version: string } | { readonly found: false; readonly reason: string };

/** Asks the `terraform` on the PATH for its version, and says why it cannot be used when it cannot. */
export async function findTerraform(
  processes: Processes,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<FoundTerraform> {
  try {
    const { code, stdout } = await processes.run('terraform', ['version', '-json'], { cwd, env, timeoutSeconds: 30 });
    return code === 0 ? judgeVersion(stdout) : { found: false, reason: `terraform version ended with code ${code}` };
  } catch {
    return { found: false, reason: 'no terraform on the PATH' };
  }
}

/** Judges what `terraform version -json` printed. */
export function judgeVersion(stdout: string): FoundTerraform {
  const version = /"terraform_version":\s*"([^"]+)"/.exec(stdout)?.[1];
  if (version === undefined) return { found: false, reason: 'terraform version printed no version' };
  if (compareVersions(version, MINIMUM_TERRAFORM_VERSION) >= 0) return { found: true, version };
  return { found: false, reason: `terraform must be ${MINIMUM_TERRAFORM_VERSION} or newer, got ${version}` };
}
