import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, TerraformStack } from 'cdktf';
import { Deployment, type DeploymentProps } from '../../constructs/naming';

/** Any JSON object, as Terraform JSON is read back. */
export type Json = Record<string, unknown>;

/** The deployment that construct tests run in, unless they say otherwise. */
export const TEST_DEPLOYMENT: DeploymentProps = {
  project: 'payment',
  suffix: 'test',
  accountId: '111111111111',
  region: 'us-east-1',
};

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The Terraform JSON of one stack, as `app.synth()` wrote it, with the questions that tests ask. */
export class Template {
  constructor(readonly json: Json) {}

  /** A top-level block such as `output` or `variable`; empty when there is none. */
  block(name: string): Json {
    const block = this.json[name];
    return isObject(block) ? block : {};
  }

  /** The resources of one type by logical id; empty when there is none. */
  resources(type: string): Record<string, Json> {
    const found = this.block('resource')[type];
    return isObject(found) ? (found as Record<string, Json>) : {};
  }

  /** All resource addresses (`type.logical_id`), sorted. */
  get addresses(): string[] {
    return Object.entries(this.block('resource'))
      .flatMap(([type, byId]) => Object.keys(byId as Json).map((id) => `${type}.${id}`))
      .sort();
  }

  /**
   * The one resource of a type, or the one whose values match `expected` (top-level keys, compared as JSON).
   * @throws Error when there is none or more than one
   */
  resource(type: string, expected: Json = {}): Json {
    const matches = this.list(type, expected);
    const [match] = matches;
    if (matches.length === 1 && match !== undefined) return match;
    throw new Error(
      `expected one ${type} with ${JSON.stringify(expected)}, got ${matches.length} of ${JSON.stringify(this.resources(type), null, 1)}`,
    );
  }

  /** The resources of a type whose values match `expected`. */
  list(type: string, expected: Json = {}): Json[] {
    return Object.values(this.resources(type)).filter((resource) =>
      Object.entries(expected).every(([key, value]) => JSON.stringify(resource[key]) === JSON.stringify(value)),
    );
  }
}

/** An IAM policy document held as a JSON string in a resource, parsed. */
export function parsePolicy(policy: unknown): { Statement: Json[] } {
  if (typeof policy !== 'string') throw new Error(`expected a policy as a JSON string, got ${JSON.stringify(policy)}`);
  return JSON.parse(policy) as { Statement: Json[] };
}

/**
 * Synthesizes a stack for real (`app.synth()`, validations included) in a temporary folder and reads back what it wrote.
 * @param build adds the constructs under test to the stack
 * @param deployment what differs from `TEST_DEPLOYMENT`
 */
export function synthesize(
  build: (stack: TerraformStack) => void,
  deployment: Partial<DeploymentProps> = {},
): Template {
  const outdir = mkdtempSync(join(tmpdir(), 'synth-'));
  try {
    const app = new App({ outdir, stackTraces: false });
    const stack = new TerraformStack(app, 'test');
    Deployment.set(stack, { ...TEST_DEPLOYMENT, ...deployment });
    new AwsProvider(stack, 'Aws', { region: 'us-east-1' });
    build(stack);
    app.synth();
    const json: unknown = JSON.parse(readFileSync(join(outdir, 'stacks', 'test', 'cdk.tf.json'), 'utf8'));
    return new Template(json as Json);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Synthesizes an app for real in a temporary folder and reads back every stack that it wrote, by name. */
export function synthesizeApp(build: (outdir: string) => App): Record<string, Template> {
  const outdir = mkdtempSync(join(tmpdir(), 'synth-'));
  try {
    build(outdir).synth();
    return Object.fromEntries(
      readdirSync(join(outdir, 'stacks')).map((name) => [
        name,
        new Template(JSON.parse(readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8')) as Json),
      ]),
    );
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
