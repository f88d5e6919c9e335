import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../schema/json';

/** One synthesized stack on disk. */
export interface StackFiles {
  /** The stack's name, with `(examples)` behind those of the examples. */
  readonly title: string;
  readonly directory: string;
  readonly json: Json;
}

const FILE = 'cdk.tf.json';

/** Reads all stacks that a synthesis wrote to `outdir`. */
export function readStacks(outdir: string, suffix = ''): StackFiles[] {
  const stacks = join(outdir, 'stacks');
  if (!existsSync(stacks)) return [];
  return readdirSync(stacks)
    .sort()
    .map((name) => {
      const directory = join(stacks, name);
      const json = JSON.parse(readFileSync(join(directory, FILE), 'utf8')) as Json;
      return { title: `${name}${suffix}`, directory, json };
    });
}

/**
 * Copies a stack to a directory of its own, with its assets, so that Terraform writes nothing beside what was synthesized.
 * @param providerVersions versions to ask for instead of those the stack asks for, by the provider's local name
 */
export function copyStack(
  stack: StackFiles,
  directory: string,
  providerVersions: Readonly<Record<string, string>>,
): void {
  mkdirSync(directory, { recursive: true });
  copyFileSync(join(stack.directory, FILE), join(directory, FILE));
  const assets = join(stack.directory, 'assets');
  if (existsSync(assets)) cpSync(assets, join(directory, 'assets'), { recursive: true });
  const override = versionOverride(stack.json, providerVersions);
  // Terraform merges a file of this name into the others, argument by argument.
  if (override !== undefined) writeFileSync(join(directory, 'versions_override.tf.json'), JSON.stringify(override));
}

interface RequiredProviders {
  readonly terraform?: {
    readonly required_providers?: Readonly<Record<string, { readonly source?: string; readonly version?: string }>>;
  };
}

/** The providers that a stack requires, by their local name. */
export const requiredProviders = (
  stack: Json,
): NonNullable<NonNullable<RequiredProviders['terraform']>['required_providers']> =>
  (stack as RequiredProviders).terraform?.required_providers ?? {};

/** The override that makes a stack ask for other versions; undefined when it uses none of those providers. */
export function versionOverride(stack: Json, versions: Readonly<Record<string, string>>): Json | undefined {
  const changed = Object.entries(requiredProviders(stack)).flatMap(([name, provider]) => {
    const version = versions[name];
    return version === undefined ? [] : [[name, { ...provider, version }] as const];
  });
  return changed.length === 0 ? undefined : { terraform: { required_providers: Object.fromEntries(changed) } };
}
