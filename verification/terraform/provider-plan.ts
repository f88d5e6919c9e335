import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fakeProvider } from '../offline-providers/fake-provider';
import { RANDOM_PROVIDER } from '../offline-providers/random-provider';
import type { OfflineProvider } from '../offline-providers/provider';
import { serveProviders } from '../offline-providers/server';
import type { ProviderSchema } from '../schema/provider-schema';
import type { Processes } from './processes';
import { findMirroredProvider, newestVersion, type MirroredProvider } from './provider-mirror';
import { requiredProviders, type StackFiles } from './stack-files';
import { writeCliConfiguration } from './cli-configuration';

const AWS = 'hashicorp/aws';
const RANDOM = 'hashicorp/random';

/** Where the AWS provider is taken from; `auto` takes the first that there is, in this order. */
export const AWS_SOURCES = ['mirror', 'registry', 'fake'] as const;
export type AwsSource = (typeof AWS_SOURCES)[number] | 'auto';

/** How the providers are had for one run. */
export interface ProviderPlan {
  /** What was found, in words. */
  readonly description: readonly string[];
  /** What could not be had, and why. */
  readonly skipped: readonly string[];
  /** Versions that the stacks are made to ask for, by the provider's local name. */
  readonly versions: Readonly<Record<string, string>>;
  /** The environment that Terraform runs in. */
  readonly environment: NodeJS.ProcessEnv;
  /** Stops what is served. */
  readonly close: () => void;
}

export interface ProviderPlanOptions {
  readonly source: AwsSource;
  readonly stacks: readonly StackFiles[];
  readonly awsSchema: ProviderSchema;
  /** A directory for what the run needs. */
  readonly directory: string;
  readonly processes: Processes;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Finds the AWS provider: on this machine, else in the registry, else a stand-in that knows the schema. The random provider
 * is taken from beside it, else it is served by this process.
 */
export async function planProviders(options: ProviderPlanOptions): Promise<ProviderPlan> {
  const { source, env, directory } = options;
  const wanted = (kind: (typeof AWS_SOURCES)[number]): boolean => source === 'auto' || source === kind;
  const skipped: string[] = [];

  const onMachine = wanted('mirror') ? findMirroredProvider(AWS, env) : undefined;
  if (wanted('mirror') && onMachine === undefined)
    skipped.push('no plugin mirror with the aws provider on this machine');
  const downloaded = onMachine === undefined && wanted('registry') ? await download(options) : undefined;
  if (typeof downloaded === 'string') skipped.push(downloaded);
  const mirror = onMachine ?? (typeof downloaded === 'object' ? downloaded : undefined);
  if (mirror === undefined && !wanted('fake')) throw new Error(`no aws provider: ${skipped.join('; ')}`);

  const served: OfflineProvider[] = [];
  const description: string[] = [];
  if (mirror === undefined) {
    served.push(fakeProvider(AWS, options.awsSchema));
    description.push(
      'aws: a stand-in that knows the schema only; enumerations, JSON policies and name lengths unchecked',
    );
  } else {
    description.push(describeAws(mirror, onMachine === undefined ? 'downloaded' : `mirror ${mirror.directory}`));
  }
  const random = mirror === undefined ? undefined : newestVersion(mirror.directory, RANDOM);
  if (random === undefined) served.push(RANDOM_PROVIDER);
  description.push(random === undefined ? 'random: served offline by this process' : `random ${random}`);

  const { reattach, close } = await serveProviders(served);
  return {
    description,
    skipped,
    // A mirror may hold another version than the stacks ask for; what is downloaded is what they ask for.
    versions: onMachine === undefined ? {} : { aws: onMachine.version, ...(random === undefined ? {} : { random }) },
    environment: {
      ...terraformEnvironment(env),
      TF_CLI_CONFIG_FILE: writeCliConfiguration(directory, mirror?.directory),
      TF_REATTACH_PROVIDERS: reattach,
    },
    close,
  };
}

const describeAws = ({ version }: MirroredProvider, origin: string): string =>
  `validated with aws ${version} (${origin})` +
  (version.startsWith('6.') ? '' : '; 6.x-only arguments are covered by the schema check');

/** The environment of this process without what would change how Terraform runs. */
export function terraformEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('TF_'));
  return { ...Object.fromEntries(kept), CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' };
}

const DOWNLOAD_TIMEOUT_SECONDS = 300;

/**
 * Lets Terraform download the providers that the stacks ask for. Its own discovery of the registry fails within seconds
 * where there is none.
 * @returns the directory they lie in, or why there is none
 */
async function download(options: ProviderPlanOptions): Promise<MirroredProvider | string> {
  const directory = join(options.directory, 'download');
  mkdirSync(directory, { recursive: true });
  const required = Object.assign({}, ...options.stacks.map(({ json }) => requiredProviders(json))) as object;
  writeFileSync(join(directory, 'main.tf.json'), JSON.stringify({ terraform: { required_providers: required } }));
  const { code, stderr } = await options.processes.run('terraform', ['init', '-input=false', '-no-color'], {
    cwd: directory,
    env: {
      ...terraformEnvironment(options.env),
      // An empty file: a user's own configuration may forbid the download.
      TF_CLI_CONFIG_FILE: writeEmptyFile(join(directory, 'empty.rc')),
      TF_REGISTRY_DISCOVERY_RETRY: '0',
      TF_REGISTRY_CLIENT_TIMEOUT: '10',
    },
    timeoutSeconds: DOWNLOAD_TIMEOUT_SECONDS,
  });
  const providers = join(directory, '.terraform', 'providers');
  const version = code === 0 ? newestVersion(providers, AWS) : undefined;
  if (version !== undefined) return { directory: providers, version };
  const reason = stderr.split('\n').find((line) => line.startsWith('Error')) ?? `code ${code}`;
  return `the registry gave no aws provider (${reason.replace(/^Error:\s*/, '')})`;
}

function writeEmptyFile(file: string): string {
  writeFileSync(file, '');
  return file;
}
