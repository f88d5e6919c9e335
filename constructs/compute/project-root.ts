import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PACKAGE_NAME = 'payment-migration';

/**
 * The folder of this project's package.json. The same code runs from `dist/` (synthesis) and from the sources (tests), so
 * no fixed number of `..` leads there.
 * @param from the folder to start from
 * @default from the folder of the running code
 * @throws Error when no folder above `from` holds the project
 */
export function projectRoot(from: string = __dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (isProject(folder)) return folder;
    if (folder === dirname(folder)) {
      throw new Error(
        `project root must be a folder above the running code with package "${PACKAGE_NAME}", got ${from}`,
      );
    }
  }
}

function isProject(folder: string): boolean {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return false;
  const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'name' in parsed && parsed.name === PACKAGE_NAME;
}
