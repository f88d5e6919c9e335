import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataAwsRegion } from '@cdktf/provider-aws/lib/data-aws-region';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  App,
  AssetType,
  LocalBackend,
  S3Backend,
  TerraformAsset,
  TerraformOutput,
  TerraformStack,
  TerraformVariable,
} from 'cdktf';
import { buildSync } from 'esbuild';
import { differences } from '../../../benchmarks/floor/compare-stacks';
import { generateFloor } from '../../../benchmarks/floor/generate-floor';
import { readProviderSchema } from '../../../verification/schema/provider-schema';
import { readStacks } from '../../../verification/terraform/stack-files';
import { projectRoot } from '../../../constructs/compute/project-root';

const SCHEMAS = {
  aws: readProviderSchema(join(projectRoot(), 'verification/schemas/aws-provider-6.25.0.schema.json.gz')),
};

let directory: string;

beforeEach(() => {
  // Inside the project, because the floor imports the packages from where it lies.
  const cache = join(projectRoot(), '.cache');
  mkdirSync(cache, { recursive: true });
  directory = mkdtempSync(join(cache, 'floor-test-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Everything the floor has to write in another way than as one constructor call of a resource. */
function buildStack(app: App, zip: string): void {
  const stack = new TerraformStack(app, 'stack');
  new S3Backend(stack, { bucket: 'b', key: 'k', allowedAccountIds: ['1'] }).addOverride('use_lockfile', true);
  new AwsProvider(stack, 'Aws', { region: 'us-east-1', defaultTags: [{ tags: { cost_center: 'a' } }] });
  const second = new AwsProvider(stack, 'Second', { region: 'us-west-2', alias: 'second' });
  stack.addOverride('terraform.required_version', '>= 1.11.0');
  const weight = new TerraformVariable(stack, 'weight', {
    type: 'number',
    validation: [{ condition: '${var.weight >= 0}', errorMessage: 'Not below 0.' }],
  });
  const vpc = new Vpc(stack, 'Vpc', {
    cidrBlock: '10.0.0.0/16',
    enableDnsSupport: false,
    tags: { cost_center: `\${${weight.fqn}}` },
    lifecycle: { preventDestroy: true, ignoreChanges: ['tags'] },
    provider: second,
  });
  const asset = new TerraformAsset(stack, 'Code', { path: zip, type: AssetType.FILE, assetHash: 'abc' });
  new LambdaFunction(stack, 'Function', {
    functionName: 'f',
    role: 'r',
    filename: asset.path,
    vpcConfig: { subnetIds: ['a'], securityGroupIds: [vpc.id] },
    dependsOn: [vpc],
  });
  new DataAwsRegion(stack, 'Region');
  new TerraformOutput(stack, 'vpc_id', { value: { snake_case: vpc.id }, description: 'It.', staticId: true });
}

function synthesize(outdir: string): void {
  const zip = join(directory, 'function.zip');
  writeFileSync(zip, 'zip');
  const app = new App({ outdir, stackTraces: false });
  buildStack(app, zip);
  new LocalBackend(new TerraformStack(app, 'local'), { path: 'state' });
  app.synth();
}

const generate = (outdir: string): string =>
  generateFloor(
    readStacks(outdir).map((stack) => ({ ...stack, name: stack.title })),
    SCHEMAS,
  );

describe('the floor', () => {
  test('writes the stacks that it was generated from', () => {
    const [original, rewritten] = [join(directory, 'original'), join(directory, 'rewritten')];
    synthesize(original);
    writeFileSync(join(directory, 'floor.ts'), generate(original));
    buildSync({
      entryPoints: [join(directory, 'floor.ts')],
      outfile: join(directory, 'floor.js'),
      bundle: true,
      packages: 'external',
      platform: 'node',
    });
    execFileSync(process.execPath, [join(directory, 'floor.js')], { env: { ...process.env, CDKTF_OUTDIR: rewritten } });
    const [expected, actual] = [readStacks(original), readStacks(rewritten)];
    expect(actual.map(({ title }) => title)).toEqual(['local', 'stack']);
    expect(expected.map(({ json }, index) => differences(json, actual[index]?.json))).toEqual([[], []]);
  }, 30_000);

  test('refuses a backend that it cannot write', () => {
    const stack = { name: 'a', directory, json: { terraform: { backend: { http: {} } } } };
    expect(() => generateFloor([stack], SCHEMAS)).toThrow('backend must be s3 or local, got "http"');
  });

  test('refuses a resource type that it does not know', () => {
    const json = { terraform: { backend: { local: {} } }, resource: { aws_thing: { A: {} } } };
    expect(() => generateFloor([{ name: 'a', directory: tmpdir(), json }], SCHEMAS)).toThrow(
      'resource type must be in a schema, got "aws_thing"',
    );
  });
});
