import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What decides about the bytes of a bundle beside the sources in lambda/: how it is made, and the packages it uses. */
const SINGLE_FILES = ['scripts/bundle-function.mjs', 'package-lock.json', 'node_modules/.package-lock.json'];

/**
 * A digest of everything that can change the bundle of any function: the files in lambda/, the bundling script and the
 * lock files (the repository's and the one npm writes when it installs). Times and modes of files are no part of it.
 *
 * It does not read packages file by file: who edits one in node_modules by hand must delete `.cache/`.
 * @param root the project's folder
 */
export function sourceDigest(root: string): string {
  const digest = createHash('sha256');
  for (const path of [...filesBelow(root, 'lambda'), ...SINGLE_FILES]) {
    const file = join(root, path);
    if (!existsSync(file)) continue;
    const content = readFileSync(file);
    // With the length, so that no other division into paths and contents has the same digest.
    digest.update(`${path}\0${content.length}\0`).update(content);
  }
  return digest.digest('hex');
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(root, path) : [path];
    })
    .sort();
}
