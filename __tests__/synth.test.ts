import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { PROJECT } from './support/imports';

const SOURCES = [
  'constructs',
  'data',
  'environments',
  'lambda',
  'scripts',
  'stacks',
  'main.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

const folders: string[] = [];

/** A checkout of the project in another folder, with the packages of this one. */
function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'checkout-'));
  folders.push(folder);
  for (const source of SOURCES) cpSync(join(PROJECT, source), join(folder, source), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Runs `npm run synth` as a user does. */
function synth(folder: string, environment: Record<string, string> = {}) {
  const { CDKTF_OUTDIR: _outdir, ENVIRONMENTS: _set, ...inherited } = process.env;
  return spawnSync('npm', ['run', '--silent', 'synth'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...inherited, ...environment },
    shell: process.platform === 'win32',
  });
}

function contents(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [relative(folder, file), readFileSync(file).toString('base64')]),
  );
}

function edit(folder: string, file: string, from: string, to: string): void {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} must hold ${from}`);
  writeFileSync(path, text.replace(from, to));
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('npm run synth', () => {
  test('writes the same bytes from two folders', () => {
    const [one, other] = [checkout(), checkout()];
    const runs = [synth(one), synth(other)];
    expect(runs.map(({ status, stderr }) => ({ status, stderr }))).toEqual([
      { status: 0, stderr: '' },
      { status: 0, stderr: '' },
    ]);
    const written = contents(join(one, 'cdktf.out'));
    expect(Object.keys(written)).toEqual(
      expect.arrayContaining(
        ['account-nonprod', 'account-prod', 'dev', 'staging', 'prod'].map((stack) =>
          join('stacks', stack, 'cdk.tf.json'),
        ),
      ),
    );
    expect(contents(join(other, 'cdktf.out'))).toEqual(written);
  }, 60_000);

  test('runs no other program: with nothing but Node on the path it writes every kind of state', () => {
    const folder = checkout();
    edit(
      folder,
      'environments/dev.ts',
      "{ type: 's3' }",
      "{ type: 'cloud', organization: 'example', workspace: 'dev' }",
    );
    edit(folder, 'environments/staging.ts', "{ type: 's3' }", "{ type: 'local' }");
    const tools = mkdtempSync(join(tmpdir(), 'path-'));
    folders.push(tools);
    symlinkSync(process.execPath, join(tools, 'node'));
    const { CDKTF_OUTDIR: _outdir, ENVIRONMENTS: _set, ...inherited } = process.env;
    expect(
      spawnSync(process.execPath, ['scripts/build-app.mjs'], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...inherited, PATH: tools },
      }),
    ).toMatchObject({ status: 0, stderr: '' });
    expect(
      spawnSync(process.execPath, ['--disable-warning=DEP0044', 'dist/main.js'], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...inherited, PATH: tools },
      }),
    ).toMatchObject({ status: 0, stderr: '' });
  }, 60_000);

  test('writes nothing when a construct refuses something, and says in which stack', () => {
    const folder = checkout();
    // A rule that only the construct has: the files pass.
    edit(folder, 'stacks/environment/payment-api.ts', "component: 'load-balancer-logs'", "component: 'Load_Balancer'");
    const { status, stderr } = synth(folder);
    expect({ status, lines: stderr.trim().split('\n') }).toEqual({
      status: 1,
      lines: [
        'stack dev cannot be built; nothing was written',
        expect.stringMatching(/Load_Balancer-dev-210987654321/),
      ],
    });
    expect(existsSync(join(folder, 'cdktf.out'))).toBe(false);
  }, 60_000);

  test('writes where nothing is asked for as well when the folder asked for is empty', () => {
    const folder = checkout();
    expect(synth(folder, { CDKTF_OUTDIR: '' })).toMatchObject({ status: 0 });
    expect(readdirSync(join(folder, 'cdktf.out', 'stacks'))).toContain('prod');
    expect(readdirSync(join(folder, 'stacks'))).not.toContain('prod');
  }, 60_000);

  test('takes the place of an earlier synthesis, but for what Terraform keeps beside it', () => {
    const folder = checkout();
    const stacks = join(folder, 'cdktf.out', 'stacks');
    for (const file of [
      'gone/cdk.tf.json',
      'kept/cdk.tf.json',
      'kept/.terraform/modules.json',
      'serverless/assets/old.zip',
    ]) {
      mkdirSync(dirname(join(stacks, file)), { recursive: true });
      writeFileSync(join(stacks, file), '{}');
    }
    expect(synth(folder, { ENVIRONMENTS: 'examples' })).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(stacks).sort()).toEqual(['gone', 'kept', 'serverless']);
    expect(readdirSync(join(stacks, 'gone'))).toEqual([]);
    expect(readdirSync(join(stacks, 'kept'))).toEqual(['.terraform']);
    expect(existsSync(join(stacks, 'serverless', 'assets', 'old.zip'))).toBe(false);
    expect(existsSync(join(stacks, 'serverless', 'cdk.tf.json'))).toBe(true);
  }, 60_000);

  test('shows what constructs warn of', () => {
    const folder = checkout();
    edit(
      folder,
      'environments/on-premises.ts',
      "primaryKey: ['transaction_id', 'line_number'] }",
      "primaryKey: ['transaction_id', 'line_number'], columns: [{ name: 'memo', type: 'text' }] }",
    );
    const { status, stderr } = synth(folder);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(
        /^(warning: (dev|staging|prod)\/Replication: tables\[2\]\.columns\[0\]\.longestValueKib must be declared .*\n){3}$/,
      ),
    });
  }, 60_000);

  test('writes the same with and without the traces of tokens', () => {
    const [one, other] = [checkout(), checkout()];
    expect(synth(one)).toMatchObject({ status: 0 });
    expect(synth(other, { TOKEN_TRACES: '1' })).toMatchObject({ status: 0 });
    expect(contents(join(other, 'cdktf.out'))).toEqual(contents(join(one, 'cdktf.out')));
  }, 60_000);

  test('writes the examples where they are asked for, and nothing else', () => {
    const folder = checkout();
    expect(synth(folder, { ENVIRONMENTS: 'examples' })).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(join(folder, 'cdktf.out', 'stacks'))).toEqual(['serverless']);
  }, 60_000);

  test('lists ten mistakes in three files as ten lines, fails, and writes nothing', () => {
    const folder = checkout();
    edit(folder, 'environments/prod.ts', "region: 'us-east-1'", "region: 'us-est-1'");
    edit(folder, 'environments/prod.ts', 'memorySizeMib: 3008', 'memorySizeMib: 30080');
    edit(folder, 'environments/prod.ts', 'reservedConcurrency: 100', 'reservedConcurrency: 10');
    edit(folder, 'environments/prod.ts', 'ttlSeconds: 60', 'ttlSeconds: 300');
    edit(folder, 'environments/prod.ts', "'10.0.21.0/24'", "'10.0.20.0/24'");
    edit(folder, 'environments/staging.ts', 'rateLimitExemptCidrs: knownCallers', 'rateLimitExemtCidrs: knownCallers');
    edit(folder, 'environments/staging.ts', "account: 'nonprod'", "account: 'non-prod'");
    edit(folder, 'environments/staging.ts', 'backupRetentionDays: 14', 'backupRetentionDays: 3');
    edit(folder, 'environments/dev.ts', 'minAcu: 0.5', 'minAcu: 3');
    edit(folder, 'environments/dev.ts', "'dms.t3.medium'", "'dms.t3.gigantic'");
    const { status, stdout, stderr } = synth(folder);
    const lines = stderr.trim().split('\n');
    expect({ status, stdout, first: lines[0] }).toEqual({
      status: 1,
      stdout: '',
      first: '10 problems in the environment files; nothing was written',
    });
    expect(lines).toHaveLength(11);
    expect(lines.slice(1).map((line) => /^environments\/(dev|staging|prod)\.ts: (\S+) must /.exec(line)?.[2])).toEqual([
      'replication.instanceClass',
      'database.capacity.maxAcu',
      'database.backupRetentionDays',
      'ingress.webAcl.rateLimitExemtCidrs',
      'account',
      'region',
      'paymentApi.memorySizeMib',
      'traffic.ttlSeconds',
      'network.availabilityZones["us-east-1b"].databaseCidr',
      'paymentApi.reservedConcurrency',
    ]);
    expect(existsSync(join(folder, 'cdktf.out'))).toBe(false);
  }, 60_000);

  test('says which sets of environments there are, without a stack trace', () => {
    expect(synth(checkout(), { ENVIRONMENTS: 'example' })).toMatchObject({
      status: 1,
      stderr: 'ENVIRONMENTS must be one of default, examples, got "example"; leave it out for default\n',
    });
  }, 60_000);
});
