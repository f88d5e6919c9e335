import { GetAliasCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from '@jest/globals';
import { runCommand } from '../../../cli/promote/command';
import { InvalidEnvironments, loadEnvironments } from '../../../environments';
import { makeWorld } from './support';

const run = async (args: string, loadConfiguration = () => loadEnvironments()) => {
  const made = makeWorld();
  const said: string[] = [];
  const complained: string[] = [];
  const regions: string[] = [];
  const exitCode = await runCommand(args === '' ? [] : args.split(' '), {
    loadConfiguration,
    createClients: (region) => {
      regions.push(region);
      return made.clients;
    },
    sleep: () => Promise.resolve(),
    say: (line) => said.push(line),
    complain: (line) => complained.push(line),
  });
  return { ...made, exitCode, said, complained, regions };
};

describe('npm run promote', () => {
  test('promotes the function of the environment in its account and region', async () => {
    const { exitCode, said, regions, updates, complained } = await run('--environment prod');
    expect([exitCode, regions, complained]).toEqual([0, ['us-east-1'], []]);
    expect(updates()).toMatchObject([{ FunctionName: 'payment-validation-prod', FunctionVersion: '7' }]);
    expect(said[0]).toBe('Account prod (123456789012), as arn:aws:sts::1:role/me');
  });

  test('shows what it would do with --dry-run', async () => {
    const { exitCode, said, updates } = await run('--environment prod --dry-run');
    expect([exitCode, updates()]).toEqual([0, []]);
    expect(said.at(-1)).toBe('blue would become version 7. Dry run: nothing was changed.');
  });

  test('fails where the credentials are of another account', async () => {
    const { exitCode, complained } = await run('--environment staging');
    expect([exitCode, complained]).toEqual([
      1,
      [
        expect.stringMatching(
          /^not promoted; nothing was changed\n {2}credentials must belong to account 210987654321 \(nonprod/,
        ),
      ],
    ]);
  });

  test.each([
    ['', "error: required option '--environment <name>' not specified"],
    ['--environment nowhere', '--environment must be one of dev, staging, prod, got "nowhere"'],
    ['--environment prod blue', 'error: too many arguments. Expected 0 arguments but got 1.'],
    ['--environment prod --force', "error: unknown option '--force'"],
  ])('explains a wrong command line: %s', async (args, message) => {
    const { exitCode, complained, lambda } = await run(args);
    expect([exitCode, complained, lambda.calls()]).toEqual([2, [message], []]);
  });

  test('explains itself', async () => {
    const { exitCode, said } = await run('--help');
    expect([exitCode, said.join('\n')]).toEqual([0, expect.stringMatching(/^Usage: promote \[options\]/)]);
  });

  test('says what is wrong with the environment files', async () => {
    const { exitCode, complained } = await run('--environment prod', () => {
      throw new InvalidEnvironments([]);
    });
    expect([exitCode, complained]).toEqual([1, [new InvalidEnvironments([]).message]]);
  });

  test('says what AWS refused', async () => {
    const made = makeWorld();
    made.lambda.on(GetAliasCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
    const complained: string[] = [];
    const exitCode = await runCommand(['--environment', 'prod'], {
      loadConfiguration: () => loadEnvironments(),
      createClients: () => made.clients,
      sleep: () => Promise.resolve(),
      say: () => undefined,
      complain: (line) => complained.push(line),
    });
    expect([exitCode, complained]).toEqual([
      1,
      ['AWS must allow and answer every call, got AccessDeniedException: no; get the missing right, or run this again'],
    ]);
  });
});
