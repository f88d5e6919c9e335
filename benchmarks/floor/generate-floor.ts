import { listOf, objectOf, type Json } from '../../verification/schema/json';
import type { ProviderSchemas } from '../../verification/schema/provider-schema';
import { bindingConfig, blockConfig, plainConfig } from './binding-config';
import { bindingOf, type Binding } from './binding-names';
import { assetPathsIn, assetVariable, literal } from './literal';

/** One synthesized stack that the floor has to write again. */
export interface FloorStack {
  readonly name: string;
  readonly json: Json;
  /** The folder that the stack was written to: its assets lie there ready-made. */
  readonly directory: string;
}

type Import = Pick<Binding, 'module' | 'className'>;
type Imports = Map<string, Import>;

/** Blocks for which the floor uses no binding: there is none, or it would cost the same. */
const OVERRIDDEN_BLOCKS = ['data', 'ephemeral', 'import', 'moved', 'locals', 'check'];

/**
 * The source of a program that writes the same stacks with nothing but cdktf and the bindings: each resource one
 * constructor call, each argument a literal. What an app takes beyond this is what its own code costs.
 * @throws Error when a resource type has no binding or no schema, or a backend is not supported
 */
export function generateFloor(stacks: readonly FloorStack[], schemas: ProviderSchemas): string {
  const imports = new Map<string, Import>();
  const functions = stacks.map((stack, index) => stackFunction(stack, index, schemas, imports));
  return [
    `import { App, AssetType, LocalBackend, S3Backend, TerraformAsset, TerraformOutput, TerraformStack, TerraformVariable } from 'cdktf';`,
    ...[...imports].map(([name, { module, className }]) => `import { ${className} as ${name} } from '${module}';`),
    `const app = new App({ stackTraces: false });`,
    ...functions,
    `app.synth();`,
    '',
  ].join('\n');
}

function stackFunction(
  { name, json, directory }: FloorStack,
  index: number,
  schemas: ProviderSchemas,
  imports: Imports,
): string {
  const lines = [
    `const stack = new TerraformStack(app, ${JSON.stringify(name)});`,
    ...assets(json, directory),
    ...providers(json, schemas, imports),
    ...settings(json),
    ...named(json.variable, 'TerraformVariable'),
    ...resources(json, schemas, imports),
    ...named(json.output, 'TerraformOutput'),
    ...OVERRIDDEN_BLOCKS.filter((block) => json[block] !== undefined).map(
      (block) => `stack.addOverride('${block}', ${literal(json[block])});`,
    ),
  ];
  return [`function stack${index}() {`, ...lines.map((line) => `  ${line}`), `}`, `stack${index}();`].join('\n');
}

function assets(json: Json, directory: string): string[] {
  const byVariable = new Map(assetPathsIn(json.resource).map((asset) => [assetVariable(asset), asset]));
  return [...byVariable].map(([variable, { construct, hash, file }]) => {
    const path = `${directory}/assets/${construct}/${hash}/${file}`;
    const props = `{ path: ${JSON.stringify(path)}, type: AssetType.FILE, assetHash: ${JSON.stringify(hash)} }`;
    return `const ${variable} = new TerraformAsset(stack, ${JSON.stringify(construct)}, ${props});`;
  });
}

function providers(json: Json, schemas: ProviderSchemas, imports: Imports): string[] {
  return Object.entries(objectOf(json.provider)).flatMap(([name, blocks]) => {
    const className = `${name.charAt(0).toUpperCase()}${name.slice(1)}Provider`;
    imports.set(className, { module: `@cdktf/provider-${name}/lib/provider`, className });
    const schema = schemas[name]?.provider.block ?? {};
    return listOf(blocks).map((block, index) => {
      const config = literal(blockConfig(objectOf(block), schema));
      return `new ${className}(stack, 'provider-${name}-${index}', ${config});`;
    });
  });
}

/** The `terraform` block: the backend by its class, since cdktf adds one of its own otherwise, and the rest as it is. */
function settings(json: Json): string[] {
  const { backend: backends, ...terraform } = objectOf(json.terraform);
  const [backend = 'none', config] = Object.entries(objectOf(backends))[0] ?? [];
  const className = { s3: 'S3Backend', local: 'LocalBackend' }[backend];
  if (className === undefined) throw new Error(`backend must be s3 or local, got "${backend}"`);
  return [
    `new ${className}(stack, ${literal(plainConfig(config))} as never);`,
    `stack.addOverride('terraform', ${literal(terraform)});`,
  ];
}

function named(blocks: unknown, className: string): string[] {
  return Object.entries(objectOf(blocks)).map(([name, body]) => {
    const { value, default: fallback, ...rest } = objectOf(body);
    // Values are data: their keys stay as they are.
    const config = {
      ...objectOf(plainConfig(rest)),
      ...(value === undefined ? {} : { value }),
      ...(fallback === undefined ? {} : { default: fallback }),
    };
    return `new ${className}(stack, ${JSON.stringify(name)}, ${literal(config)} as never);`;
  });
}

function resources(json: Json, schemas: ProviderSchemas, imports: Imports): string[] {
  return Object.entries(objectOf(json.resource)).flatMap(([type, byId]) => {
    const schema = Object.values(schemas).find(({ resource_schemas: known }) => type in known)?.resource_schemas[type];
    if (schema === undefined) throw new Error(`resource type must be in a schema, got "${type}"`);
    const binding = bindingOf(type);
    // With the type in it, since classes of two providers may have the same name.
    const name = `${binding.className}_${type}`;
    imports.set(name, binding);
    return Object.entries(objectOf(byId)).flatMap(([id, body]) => {
      const { config, overrides } = bindingConfig(objectOf(body), schema.block, binding.untyped);
      const create = `new ${name}(stack, ${JSON.stringify(id)}, ${literal(config)} as never)`;
      const override = ([key, value]: [string, unknown]): string =>
        `  resource.addOverride('${key}', ${literal(value)});`;
      if (Object.keys(overrides).length === 0) return [`${create};`];
      return ['{', `  const resource = ${create};`, ...Object.entries(overrides).map(override), '}'];
    });
  });
}
