import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes a CLI configuration that installs providers from one directory only; without one nothing can be installed. The
 * user's own configuration plays no part, so that a run gives the same result everywhere.
 * @returns the file, for `TF_CLI_CONFIG_FILE`
 */
export function writeCliConfiguration(directory: string, mirror: string | undefined): string {
  const file = join(directory, 'terraform.rc');
  const source = mirror === undefined ? '' : `  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n`;
  writeFileSync(file, `disable_checkpoint = true\nprovider_installation {\n${source}}\n`);
  return file;
}
