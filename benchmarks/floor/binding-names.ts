import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where the binding of a resource type is. */
export interface Binding {
  /** The module to import, for instance `@cdktf/provider-aws/lib/vpc`. */
  readonly module: string;
  readonly className: string;
  /** The arguments whose value the binding hands on as it is, because its schema has no end. */
  readonly untyped: readonly string[];
}

/**
 * The name that the bindings give an argument: camel case, with a capital after each digit too (`base64sha256` becomes
 * `base64Sha256`).
 */
export function bindingName(argument: string): string {
  return argument
    .replace(/_+(\w)/g, (_match, letter: string) => letter.toUpperCase())
    .replace(/\d+\w/g, (match) => match.toUpperCase());
}

/**
 * The binding of a resource type.
 * @throws Error when the provider package has none under the expected name
 */
export function bindingOf(type: string): Binding {
  const [provider = '', ...words] = type.split('_');
  const module = `@cdktf/provider-${provider}/lib/${words.join('-')}`;
  const declarations = readDeclarations(module);
  const className = classWithType(declarations, type);
  if (className === undefined) throw new Error(`resource type must have a binding in ${module}, got "${type}"`);
  const untyped = [...declarations.matchAll(/readonly (\w+)\??: any;/g)].map(([, name = '']) => name);
  return { module, className, untyped };
}

function readDeclarations(module: string): string {
  const file = join(packageFolder(module), 'index.d.ts');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** The class that stands last before the constant with its type. */
function classWithType(declarations: string, type: string): string | undefined {
  const at = declarations.indexOf(`tfResourceType = "${type}"`);
  return [...declarations.slice(0, Math.max(at, 0)).matchAll(/export declare class (\w+)/g)].at(-1)?.[1];
}

function packageFolder(module: string): string {
  const [scope = '', name = '', ...path] = module.split('/');
  const manifest = createRequire(__filename).resolve(`${scope}/${name}/package.json`);
  return join(dirname(manifest), ...path);
}
