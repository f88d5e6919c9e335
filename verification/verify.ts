// `npm run verify`: checks every synthesized stack against the AWS provider's schema, and with Terraform where there is one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../constructs/compute/project-root';
import { mapConcurrently } from './map-concurrently';
import { parseOptions, type VerifyOptions } from './options';
import { countChecks, schemaCheckLines, summaryLines, validationLines, type SchemaCheck } from './report';
import { BUILTIN_SCHEMA } from './schema/builtin-schema';
import { checkStack } from './schema/check-stack';
import { objectOf } from './schema/json';
import { readProviderSchema, type ProviderSchema } from './schema/provider-schema';
import { RANDOM_SCHEMA } from './offline-providers/random-schema';
import { synthesizeStacks } from './synthesize';
import { findTerraform } from './terraform/find-terraform';
import { onStop } from './on-stop';
import { Processes } from './terraform/processes';
import { planProviders } from './terraform/provider-plan';
import type { StackFiles } from './terraform/stack-files';
import { validateStack, type Validation } from './terraform/validate-stack';

const SCHEMA_VERSION = '6.25.0';
/** Each Terraform holds a provider of several hundred megabytes. */
const CONCURRENT_VALIDATIONS = 2;

const print = (lines: readonly string[]): void => console.log(lines.join('\n'));

async function main(options: VerifyOptions): Promise<void> {
  const root = projectRoot();
  const directory = mkdtempSync(join(tmpdir(), 'verify-'));
  const processes = new Processes();
  const cleanUp = (): void => rmSync(directory, { recursive: true, force: true });
  onStop((exitCode) => {
    print(['Stopping']);
    void processes.stopAll().then(() => {
      cleanUp();
      process.exit(exitCode);
    });
  });
  try {
    const awsSchema = readProviderSchema(
      join(root, 'verification', 'schemas', `aws-provider-${SCHEMA_VERSION}.schema.json.gz`),
    );
    print(['Synthesizing']);
    const stacks = await synthesizeStacks(root, directory, processes);
    const schemaChecks = checkSchemas(stacks, awsSchema);
    const terraform = await validateStacks(stacks, awsSchema, options, directory, processes);
    const outcome = { schemaChecks, ...terraform };
    print(['', ...summaryLines(outcome)]);
    if (countChecks(outcome).failed > 0) process.exitCode = 1;
  } catch (error) {
    // What fails because everything is being stopped is no news.
    if (!processes.stopping) throw error;
  } finally {
    await processes.stopAll();
    cleanUp();
  }
}

function checkSchemas(stacks: readonly StackFiles[], aws: ProviderSchema): SchemaCheck[] {
  print(['', `Schema check against aws ${SCHEMA_VERSION}`]);
  return stacks.map(({ title, json }) => {
    const started = performance.now();
    const findings = checkStack(json, { aws, random: RANDOM_SCHEMA, terraform: BUILTIN_SCHEMA });
    const resources = Object.values(objectOf(json.resource)).flatMap((byId) => Object.keys(objectOf(byId))).length;
    const check = { title, resources, findings, seconds: (performance.now() - started) / 1000 };
    print(schemaCheckLines(check));
    return check;
  });
}

async function validateStacks(
  stacks: readonly StackFiles[],
  awsSchema: ProviderSchema,
  { awsSource }: VerifyOptions,
  directory: string,
  processes: Processes,
): Promise<{ validations: Validation[]; skipped: readonly string[] }> {
  const terraform = await findTerraform(processes, directory, process.env);
  if (!terraform.found) {
    return { validations: [], skipped: [`terraform init and validate: ${terraform.reason}`] };
  }
  const plan = await planProviders({ source: awsSource, stacks, awsSchema, directory, processes, env: process.env });
  try {
    print(['', `Terraform ${terraform.version}`, ...plan.description.map((line) => `  ${line}`)]);
    const numbered = stacks.map((stack, index) => ({ stack, copy: join(directory, `stack-${index}`) }));
    const validations = await mapConcurrently(numbered, CONCURRENT_VALIDATIONS, async ({ stack, copy }) => {
      const validation = await validateStack(stack, copy, plan, processes);
      // Of a Terraform that was stopped nothing is to be said.
      if (!processes.stopping) print(validationLines(validation));
      return validation;
    });
    return { validations, skipped: plan.skipped };
  } finally {
    plan.close();
  }
}

main(parseOptions(process.argv.slice(2))).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
