import { readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { compareVersions } from './version';

/** A provider in a directory that Terraform can install it from. */
export interface MirroredProvider {
  /** The directory that holds `<host>/<namespace>/<type>/<version>/<platform>`. */
  readonly directory: string;
  readonly version: string;
}

/**
 * Looks for a provider in the plugin directories of this machine: `TF_PLUGIN_MIRROR`, those that the CLI configuration
 * names, and the well-known ones.
 * @param source the provider without host, for instance `hashicorp/aws`
 * @returns the newest version in the first directory that has one, or undefined
 */
export function findMirroredProvider(source: string, env: NodeJS.ProcessEnv): MirroredProvider | undefined {
  for (const directory of candidateDirectories(env)) {
    const version = newestVersion(directory, source);
    if (version !== undefined) return { directory, version };
  }
  return undefined;
}

/** Where providers may lie, the most specific place first. */
export function candidateDirectories(env: NodeJS.ProcessEnv): string[] {
  const home = env.HOME ?? homedir();
  const configured = [env.TF_CLI_CONFIG_FILE, join(home, '.terraformrc')].flatMap((file) =>
    file === undefined ? [] : configuredDirectories(readText(file)),
  );
  const named = [env.TF_PLUGIN_MIRROR, ...configured, env.TF_PLUGIN_CACHE_DIR].filter(
    (directory): directory is string => directory !== undefined && directory !== '',
  );
  const wellKnown = [
    join(home, '.terraform.d', 'plugins'),
    join(env.XDG_DATA_HOME ?? join(home, '.local', 'share'), 'terraform', 'plugins'),
    '/usr/local/share/terraform/plugins',
    '/usr/share/terraform/plugins',
    ...subdirectories('/opt').map((name) => join('/opt', name)),
  ];
  return [...named, ...wellKnown].map((directory) => resolve(directory));
}

/** The directories that a CLI configuration installs providers from, or keeps them in. */
export function configuredDirectories(configuration: string): string[] {
  const paths = /(?:filesystem_mirror\s*\{[^}]*?\bpath|\bplugin_cache_dir)\s*=\s*"([^"]+)"/g;
  return [...configuration.matchAll(paths)].map(([, path = '']) => path);
}

/** The newest version of a provider for this platform; Terraform finds it in real directories only, so links do not count. */
export function newestVersion(directory: string, source: string): string | undefined {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}_${goArchitecture(process.arch)}`;
  return subdirectories(directory)
    .map((host) => join(directory, host, source))
    .flatMap((provider) =>
      subdirectories(provider).filter((version) => subdirectories(join(provider, version)).includes(platform)),
    )
    .sort(compareVersions)
    .at(-1);
}

const goArchitecture = (architecture: string): string => ({ x64: 'amd64', ia32: '386' })[architecture] ?? architecture;

function subdirectories(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function readText(file: string): string {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(file, 'utf8') : '';
}
