import { cpSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** The major versions of the two sides: on-premises and Aurora. */
export type PostgresMajor = 14 | 16;

/** Where version 14 is not packaged, 15 stands in for it; what was started says which. */
const STAND_INS: Readonly<Record<PostgresMajor, readonly number[]>> = { 14: [14, 15], 16: [16] };

/** Whom a server runs as when the tests run as root, which PostgreSQL refuses: `nobody`. */
const NOBODY = 65_534;

/** The user that servers run as; undefined: whoever runs the tests. */
export const serverUser: { readonly uid: number; readonly gid: number } | undefined =
  process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : undefined;

/** The symlinks that npm cannot pack. An install script would make them; it may not run, so they are made here. */
interface PackedLink {
  readonly source: string;
  readonly target: string;
}

/** Whether every folder of a path can be passed by the user that servers run as. */
export function reachable(path: string): boolean {
  if (serverUser === undefined) return true;
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
  }
  return true;
}

/**
 * The folder that holds a server's `bin`, `lib` and `share`, complete with its links: the npm package's own where its links
 * are or can be made and the server's user can get there, else a copy.
 * @param major the version wanted
 * @param copies where to put the copy, as a folder `native`
 * @throws Error where npm installed no server for this machine
 */
export function postgresInstallation(major: PostgresMajor, copies: string): string {
  const root = packageFolder(major);
  const links = packedLinks(root);
  if (reachable(join(root, 'native', 'bin')) && madeLinks(root, links)) return join(root, 'native');
  const copy = join(copies, 'native');
  cpSync(join(root, 'native'), copy, { recursive: true, verbatimSymlinks: true });
  if (!madeLinks(copies, links)) throw new Error(`the libraries of PostgreSQL ${major} cannot be linked in ${copies}`);
  return copy;
}

function packageFolder(major: PostgresMajor): string {
  const names = STAND_INS[major].map((version) => `pg${version}-${process.platform}-${process.arch}`);
  for (const name of names) {
    const entry = resolved(name);
    // The package exports its entry only, `dist/index.js`.
    if (entry !== undefined) return dirname(dirname(entry));
  }
  throw new Error(
    `tests need one of the npm packages ${names.join(', ')} (PostgreSQL for this machine), got none; run npm ci with optional dependencies on Linux or macOS, x64 or arm64`,
  );
}

function resolved(name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}

function packedLinks(root: string): readonly PackedLink[] {
  const list = join(root, 'native', 'pg-symlinks.json');
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as PackedLink[]) : [];
}

/** Makes what links are missing. Safe beside another process that does the same. False where the folder is read-only. */
function madeLinks(root: string, links: readonly PackedLink[]): boolean {
  return links.every(({ source, target }) => {
    const link = join(root, ...target.split('/'));
    // Follows the link: a dangling one is as good as none, and cannot be made again.
    if (existsSync(link)) return true;
    try {
      symlinkSync(relative(dirname(link), join(root, ...source.split('/'))).replaceAll(sep, '/'), link);
    } catch {
      // Another process was faster, or this folder cannot be written.
    }
    return existsSync(link);
  });
}
