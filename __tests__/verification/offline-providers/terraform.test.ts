import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { fakeProvider } from '../../../verification/offline-providers/fake-provider';
import { RANDOM_PROVIDER } from '../../../verification/offline-providers/random-provider';
import type { OfflineProvider } from '../../../verification/offline-providers/provider';
import { serveProviders, type ServedProviders } from '../../../verification/offline-providers/server';
import { writeCliConfiguration } from '../../../verification/terraform/cli-configuration';
import { Processes, type Finished } from '../../../verification/terraform/processes';
import { terraformEnvironment } from '../../../verification/terraform/provider-plan';
import { parseDiagnostics } from '../../../verification/terraform/validate-stack';
import { usableTerraform } from '../../support/terraform';

const PROVIDERS = {
  random: { source: 'hashicorp/random', version: '~> 3.7' },
  cloud: { source: 'example/cloud' },
  changing: { source: 'example/changing' },
};

const CLOUD = fakeProvider('example/cloud', {
  provider: { block: {} },
  resource_schemas: {
    cloud_secret: {
      block: {
        attributes: {
          name: { type: 'string', required: true },
          value_wo: { type: 'string', optional: true, write_only: true },
        },
        block_types: { rule: { nesting_mode: 'list', max_items: 1, block: { attributes: {} } } },
      },
    },
  },
});

/** A provider whose resources change in place. */
const CHANGING: OfflineProvider = {
  source: 'example/changing',
  schema: {
    provider: { block: {} },
    resource_schemas: {
      changing_thing: {
        block: { attributes: { size: { type: 'number', optional: true }, id: { type: 'string', computed: true } } },
      },
    },
  },
  lifecycle: {
    replaceOnChange: false,
    create: (_type, planned) => ({ ...planned, id: `made with ${String(planned.size)}` }),
    open: (_type, config) => config,
  },
};

const terraform = usableTerraform();
// Jest itself does not say why a test was skipped.
if (!terraform.found) process.stderr.write(`SKIPPED ${relative(process.cwd(), __filename)}: ${terraform.reason}\n`);
const describeWithTerraform = terraform.found ? describe : describe.skip;

describeWithTerraform('Terraform with providers that this project serves', () => {
  const processes = new Processes();
  let directory: string;
  let served: ServedProviders;

  beforeAll(async () => {
    served = await serveProviders([RANDOM_PROVIDER, CLOUD, CHANGING]);
  });

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'offline-providers-'));
  });

  afterAll(async () => {
    served.close();
    await processes.stopAll();
  });

  const run = (...args: string[]): Promise<Finished> =>
    processes.run('terraform', args, {
      cwd: directory,
      env: {
        ...terraformEnvironment(process.env),
        TF_CLI_CONFIG_FILE: writeCliConfiguration(directory, undefined),
        TF_REATTACH_PROVIDERS: served.reattach,
      },
      timeoutSeconds: 60,
    });

  async function withConfiguration(configuration: object, use: () => Promise<void>): Promise<void> {
    const whole = { terraform: { required_providers: PROVIDERS }, ...configuration };
    writeFileSync(join(directory, 'main.tf.json'), JSON.stringify(whole));
    try {
      expect(await run('init', '-no-color')).toMatchObject({ code: 0 });
      await use();
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  const secret = (extra: object): object => ({
    ephemeral: { random_password: { P: { length: 20 } } },
    resource: { cloud_secret: { S: { name: 'a', value_wo: '${ephemeral.random_password.P.result}', ...extra } } },
  });

  test('finds an ephemeral password in a write-only argument valid', async () => {
    await withConfiguration(secret({ rule: [{}] }), async () => {
      expect(parseDiagnostics((await run('validate', '-json')).stdout)).toEqual({ errors: [], warnings: [] });
    });
  }, 60_000);

  test('finds unknown arguments, types, numbers of blocks and attributes', async () => {
    await withConfiguration(secret({ name: ['x'], naem: 'b', rule: [{}, {}] }), async () => {
      const report = parseDiagnostics((await run('validate', '-json')).stdout);
      expect(report?.errors.map((error) => error.replace(/.*?: /, ''))).toEqual(
        expect.arrayContaining([
          expect.stringContaining('No argument or block type is named "naem"'),
          expect.stringContaining('No more than 1 "rule" blocks are allowed'),
        ]),
      );
    });
  }, 60_000);

  test('makes, keeps, replaces and destroys random values', async () => {
    const configuration = {
      resource: { random_id: { I: { byte_length: 4 } }, random_password: { P: { length: 12, special: false } } },
      output: {
        hex: { value: '${random_id.I.hex}' },
        length: { value: '${length(random_password.P.result)}', sensitive: true },
      },
    };
    await withConfiguration(configuration, async () => {
      const hex = async (): Promise<string> => (await run('output', '-raw', 'hex')).stdout;
      expect(await run('apply', '-auto-approve', '-no-color')).toMatchObject({ code: 0 });
      const first = await hex();
      expect(first).toMatch(/^[0-9a-f]{8}$/);
      expect((await run('output', '-raw', 'length')).stdout).toBe('12');
      // 0: nothing to change.
      expect(await run('plan', '-detailed-exitcode')).toMatchObject({ code: 0 });
      expect(await run('apply', '-auto-approve', '-replace=random_id.I')).toMatchObject({ code: 0 });
      expect(await hex()).not.toBe(first);
      expect((await run('destroy', '-auto-approve', '-no-color')).stdout).toContain('2 destroyed');
    });
  }, 120_000);

  test('keeps what was computed when a resource changes in place', async () => {
    const sized = (size: number): object => ({
      resource: { changing_thing: { T: { size } } },
      output: { id: { value: '${changing_thing.T.id}' } },
    });
    await withConfiguration(sized(1), async () => {
      expect(await run('apply', '-auto-approve', '-no-color')).toMatchObject({ code: 0 });
      const whole = { terraform: { required_providers: PROVIDERS }, ...sized(2) };
      writeFileSync(join(directory, 'main.tf.json'), JSON.stringify(whole));
      expect((await run('apply', '-auto-approve', '-no-color')).stdout).toContain('1 changed');
      expect((await run('output', '-raw', 'id')).stdout).toBe('made with 1');
    });
  }, 120_000);
});
