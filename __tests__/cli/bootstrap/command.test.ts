import { describe, expect, test } from '@jest/globals';
import { runCommand } from '../../../cli/bootstrap/command';
import { InvalidEnvironments, loadEnvironments, type Configuration } from '../../../environments';
import type { FakeStateBackend } from '../../support/fake-state-backend';
import { FakeStateBackend as Account } from '../../support/fake-state-backend';

const configuration = loadEnvironments();
const prod = configuration.accounts.prod;
const KEY_ID = '00000000-0000-4000-8000-000000000001';

const prodAccount = (): FakeStateBackend => new Account(prod?.id ?? '', 'us-east-1');

interface Outcome {
  readonly exitCode: number;
  readonly said: readonly string[];
  readonly complaints: readonly string[];
  readonly regions: readonly string[];
}

async function command(
  args: readonly string[],
  account: FakeStateBackend = prodAccount(),
  load: () => Configuration = () => configuration,
): Promise<Outcome> {
  const [said, complaints, regions]: [string[], string[], string[]] = [[], [], []];
  const exitCode = await runCommand(args, {
    loadConfiguration: load,
    createClients: (region) => {
      regions.push(region);
      return account.clients();
    },
    sleep: () => Promise.resolve(),
    say: (line) => void said.push(line),
    complain: (line) => void complaints.push(line),
  });
  return { exitCode, said, complaints, regions };
}

const stateOf = (kmsKeyId: string): string[] => [
  '    state: {',
  `      bucket: '${prod?.state.bucket}',`,
  `      accessLogBucket: '${prod?.state.accessLogBucket}',`,
  `      lockTable: '${prod?.state.lockTable}',`,
  `      keyAlias: '${prod?.state.keyAlias}',`,
  `      kmsKeyId: '${kmsKeyId}',`,
  '    },',
];

describe('npm run bootstrap', () => {
  test.each([
    ['an environment', ['--environment', 'prod']],
    ['an account', ['--account', 'prod']],
  ])('bootstraps the account of %s, prints what belongs into accounts.ts and what comes next', async (_, args) => {
    const { exitCode, said, complaints, regions } = await command(args);
    expect([exitCode, complaints, regions]).toEqual([0, [], ['us-east-1']]);
    expect(said.slice(-13)).toEqual([
      `Put this into environments/accounts.ts for prod (the key is arn:aws:kms:us-east-1:${prod?.id}:key/${KEY_ID}):`,
      '',
      ...stateOf(KEY_ID),
      '',
      'Then:',
      '  npm run synth',
      '  npx cdktf deploy account-prod    # its first plan imports all of this and replaces nothing',
    ]);
  });

  test('says so when accounts.ts holds the key already', async () => {
    const account = prodAccount();
    account.keys.aliases.set(prod?.state.keyAlias ?? '', account.keys.add({ KeyId: prod?.state.kmsKeyId }).KeyId);
    const { said } = await command(['--account', 'prod'], account);
    const at = said.indexOf('environments/accounts.ts holds what belongs there for prod:');
    expect(said.slice(at + 2, at + 9)).toEqual(stateOf(prod?.state.kmsKeyId ?? ''));
  });

  test('does nothing in a dry run, and says what is missing', async () => {
    const account = prodAccount();
    const { exitCode, said } = await command(['--environment', 'prod', '--dry-run'], account);
    expect(exitCode).toBe(0);
    expect(account.mutations).toEqual([]);
    expect(said.slice(-2)).toEqual([
      '',
      'Run it without --dry-run: the key, whose id accounts.ts needs, does not exist yet.',
    ]);
  });

  test('prints the key in a dry run where it exists', async () => {
    const account = prodAccount();
    await command(['--account', 'prod'], account);
    account.forget();
    const { said } = await command(['--account', 'prod', '--dry-run'], account);
    expect(account.mutations).toEqual([]);
    expect(said.slice(-3, -2)).toEqual(['After a run without --dry-run:']);
  });

  test('tags what it makes as the account stack will', async () => {
    const account = prodAccount();
    await command(['--account', 'prod'], account);
    expect(account.keys.keys.get(KEY_ID)?.tags).toEqual({
      Project: 'payment',
      Environment: 'account-prod',
      CostCenter: prod?.costCenter,
      MigrationPhase: 'shared',
      ManagedBy: 'cdktf',
      Name: 'terraform-state-prod',
    });
  });

  test('ends with 1 and one message when it refuses, or is stopped', async () => {
    const account = prodAccount();
    account.caller = { Account: '999999999999', Arn: 'arn:aws:iam::999999999999:user/anna' };
    const refused = await command(['--environment', 'prod'], account);
    expect([refused.exitCode, refused.complaints]).toEqual([
      1,
      [
        [
          'bootstrap of account prod: 1 problem; nothing was changed',
          `  credentials must belong to account ${prod?.id} (prod in accounts.ts), got account 999999999999 (arn:aws:iam::999999999999:user/anna); choose the right profile with AWS_PROFILE`,
        ].join('\n'),
      ],
    ]);
    const stopping = prodAccount();
    stopping.denied.add('kms:CreateKey');
    const stopped = await command(['--environment', 'prod'], stopping);
    expect([stopped.exitCode, stopped.complaints]).toEqual([
      1,
      [expect.stringMatching(/^stopped at "create key alias\/payment-terraform-state": AccessDeniedException/)],
    ]);
  });

  test('ends with 1 and every problem when the environment files have some', async () => {
    const problem = {
      file: 'environments/prod.ts',
      path: ['name'],
      must: 'must be short',
      got: 'x',
      fix: 'shorten it',
    };
    const { exitCode, complaints } = await command(['--environment', 'prod'], prodAccount(), () => {
      throw new InvalidEnvironments([problem]);
    });
    expect([exitCode, complaints]).toEqual([
      1,
      [
        '1 problem in the environment files; nothing was written\nenvironments/prod.ts: name must be short, got "x"; shorten it',
      ],
    ]);
  });

  test.each([
    [[], 'one of --environment <name> and --account <name> must be given, got neither'],
    [
      ['--environment', 'prod', '--account', 'prod'],
      'one of --environment <name> and --account <name> must be given, got both',
    ],
    [['--environment', 'live'], '--environment must be one of dev, staging, prod, got "live"'],
    [['--account', 'constructor'], '--account must be one of nonprod, prod, got "constructor"'],
    [['--wet-run'], "error: unknown option '--wet-run'\n(Did you mean --dry-run?)"],
    [['--account', 'prod', 'now'], expect.stringMatching(/^error: too many arguments/)],
  ])('ends with 2 when it does not understand %j', async (args, message) => {
    const account = prodAccount();
    const { exitCode, complaints } = await command(args, account);
    expect([exitCode, complaints]).toEqual([2, [message]]);
    expect(account.calls).toEqual([]);
  });

  test('explains itself, and ends with 0', async () => {
    const { exitCode, said } = await command(['--help']);
    expect(exitCode).toBe(0);
    expect(said.join('\n')).toContain('--environment <name>');
  });

  test('throws what nobody expects', async () => {
    await expect(
      command(['--account', 'prod'], prodAccount(), () => {
        throw new TypeError('a bug');
      }),
    ).rejects.toThrow(new TypeError('a bug'));
  });
});
