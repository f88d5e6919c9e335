import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AwsTrafficWeight, TrafficClearance } from '../../constructs/traffic';
import { environmentSchema } from '../../environments/environment';
import { withToken } from '../../lambda/shared/fence/with-token';
import { definitionOf, MACHINE_NAMES } from '../constructs/cutover/machines';
import { PROJECT } from '../support/imports';
import { createLedgerDatabase, type LedgerDatabase, withClient } from '../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../support/postgres';
import { synthesize } from '../support/template';

const page = readFileSync(join(PROJECT, 'docs', 'cutover.md'), 'utf8');
const runbook = readFileSync(join(PROJECT, 'docs', 'runbook.md'), 'utf8');

interface State {
  readonly Type: string;
  readonly Seconds?: number;
  readonly Next?: string;
  readonly Parameters?: {
    readonly Payload?: { readonly step?: string; readonly given?: { readonly subject?: string } };
  };
}

const statesOf = (machine: (typeof MACHINE_NAMES)[number]) =>
  Object.entries(definitionOf(machine)['States'] as Readonly<Record<string, State>>);

/** The part of a page below a heading, up to the next one of its level. */
function section(heading: string): string {
  const [, rest] = page.split(`\n## ${heading}\n`);
  if (rest === undefined) throw new Error(`docs/cutover.md must have the heading ${heading}`);
  return rest.split('\n## ')[0] ?? '';
}

/** The rows of the tables of states in a text, by state. */
const rowsOf = (text: string): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(/^\| `([^`]+)` *\|(.*)$/gm)].map(([, name = '', row = '']) => [name, row]));

const shared = rowsOf(section('The six machines'));

/** What is made for a step beside its own state: the question after it, and the pause before it is asked again. */
const isMade = (name: string, states: ReadonlyMap<string, State>): boolean =>
  name.endsWith(': pause') || (name.endsWith('?') && states.get(name.slice(0, -1))?.Type === 'Task');

const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^a-z0-9 _-]/g, '')
      .replaceAll(' ', '-'),
  );

const words = (text: string): string => text.replace(/\s+/g, ' ');

describe.each(MACHINE_NAMES)('the page of the cutover on the machine %s', (machine) => {
  const text = section(`The machine \`${machine}\``);
  const states = new Map(statesOf(machine));
  const rows = rowsOf(text);

  test('has a row for every state, and for no other', () => {
    const named = [...states.keys()].filter((name) => !isMade(name, states));
    const own = named.filter((name) => !shared.has(name));
    expect([...rows.keys()].sort()).toEqual(own.sort());
  });

  test('says how often a state is asked again', () => {
    const pauses = [...states].filter(([, { Type }]) => Type === 'Wait');
    const said = pauses.map(([name]) => [name, rows.get(name.replace(/: pause$/, '')) ?? '']);
    expect(said).toEqual(
      pauses.map(([name, { Seconds = 0 }]) => [name, expect.stringContaining(`looked at every ${Seconds} s`)]),
    );
  });

  test('leads from the subject of a message to what it means', () => {
    const subjects = [...states.values()].flatMap(({ Parameters }) => Parameters?.Payload?.given?.subject ?? []);
    expect(subjects.length).toBeGreaterThan(1);
    expect(subjects.filter((subject) => !text.includes(`\`${subject}\``))).toEqual([]);
  });

  test('shows its picture and how it is started', () => {
    expect(text).toContain(`(state-machines/${machine}.svg)`);
    expect(existsSync(join(PROJECT, 'docs', 'state-machines', `${machine}.svg`))).toBe(true);
    const start = machine === 'rollback' ? 'rollback' : `start ${machine}`;
    expect(text).toMatch(new RegExp(`npm run migration -- ${start} .*--environment prod`));
  });
});

describe('the page of the cutover', () => {
  test('has rows for states of several machines that at least two of them have', () => {
    const counts = [...shared.keys()].map((name) => [
      name,
      MACHINE_NAMES.filter((machine) => statesOf(machine).some(([state]) => state === name)).length > 1,
    ]);
    expect(counts).toEqual([...shared.keys()].map((name) => [name, true]));
    expect(shared.size).toBeGreaterThan(0);
  });

  test('quotes what Terraform says where a weight is not cleared', () => {
    const messages: string[] = [];
    synthesize((scope) => {
      const clearance = new TrafficClearance(scope, 'Clearance');
      const weight = new AwsTrafficWeight(scope, 'Weight', { zoneId: 'Z1', recordName: 'api.example.com' });
      messages.push(...clearance.preconditions(weight).map(({ errorMessage }) => errorMessage));
    });
    expect(messages).toHaveLength(2);
    const quoted = words(page);
    // The test's environment has another name; for what Terraform puts in, the page has examples.
    const parts = messages.flatMap((message) =>
      message
        .replaceAll('-test', '-prod')
        .replaceAll('/test/', '/prod/')
        .split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/),
    );
    expect(parts.length).toBeGreaterThan(6);
    expect(parts.filter((part) => !quoted.includes(words(part).trim()))).toEqual([]);
  });

  test('names the defaults of the environment', () => {
    const { cutover } = environmentSchema.shape;
    const { freezeBudgetSeconds, freezeGraceSeconds, rollbackWindowHours, maxLagSeconds } = cutover.unwrap().parse({});
    const text = words(page);
    expect(text).toContain(`\`cutover.freezeBudgetSeconds\` (${freezeBudgetSeconds};`);
    expect(text).toContain(`\`cutover.freezeGraceSeconds\` (${freezeGraceSeconds})`);
    expect(text).toContain(`\`cutover.rollbackWindowHours\` (${rollbackWindowHours})`);
    expect(text).toContain(`\`cutover.maxLagSeconds\` (${maxLagSeconds})`);
  });

  test('leads only to headings and tests that there are', () => {
    const anchors = [...page.matchAll(/\]\(([a-z-]*)\.?(?:md)?#([^)]+)\)/g)].map(([, file = '', anchor = '']) => {
      const text = file === '' ? page : readFileSync(join(PROJECT, 'docs', `${file}.md`), 'utf8');
      return [anchor, anchorsOf(text).includes(anchor)];
    });
    expect(anchors.length).toBeGreaterThan(5);
    expect(anchors.filter(([, known]) => known === false)).toEqual([]);
    const files = [...page.matchAll(/`((?:__tests__|lambda|fuzz)\/[^`]+\.ts)`/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((file) => !existsSync(join(PROJECT, file)))).toEqual([]);
  });

  test('is not alone: the runbook leads on from the time of a rollback, to headings that there are', () => {
    const [, entry = ''] = /^### rollback-time\n([^]*?)^### /m.exec(runbook) ?? [];
    const anchors = [...entry.matchAll(/\]\(rollback-time\.md#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
    const known = anchorsOf(readFileSync(join(PROJECT, 'docs', 'rollback-time.md'), 'utf8'));
    expect(anchors.length).toBeGreaterThan(0);
    expect(anchors.filter((anchor) => !known.includes(anchor))).toEqual([]);
    expect(readFileSync(join(PROJECT, 'README.md'), 'utf8')).toContain('](docs/rollback-time.md)');
  });

  test('names alarms only that the runbook has', () => {
    const named = [
      'clearance-parameter-repaired database-cpu dms-instance dms-latency dms-storage dms-validation',
      'comparison-not-equal migration-machine-failed migration-attempt-failed orphaned-slots payments-unfinished payments-waiting recovery-point',
      'retained-wal roll-back rollback-time safe-to-advance stream-late traffic-outside-clearance vpn-down',
    ].flatMap((line) => line.split(' '));
    const alarms = anchorsOf(runbook);
    expect(named.filter((name) => page.includes(`\`${name}\``) && !alarms.includes(name))).toEqual([]);
  });
});

describe('where the state table was lost', () => {
  const [sql = ''] = /^ *BEGIN;\n *TRUNCATE migration_control[^`]*/m.exec(page) ?? [];
  let server: LocalPostgres;
  let ledger: LedgerDatabase;

  beforeAll(async () => {
    server = await startPostgres({ major: 16 });
    ledger = await createLedgerDatabase(server);
  }, 90_000);
  afterAll(() => server.stop());

  test('the statements of the page begin the token anew, and a plain UPDATE is refused', async () => {
    const take = (token: number) =>
      withClient(ledger.superuser, (client) => withToken(client, token, () => Promise.resolve(token)));
    await take(7);
    await expect(take(1)).rejects.toThrow('this database must have seen no token above 1, got 7');
    await withClient(ledger.superuser, async (client) => {
      await client.query('SET ROLE payments_owner');
      await expect(client.query('UPDATE migration_control.executor_token SET token = 0')).rejects.toMatchObject({
        code: 'PW004',
      });
      await client.query(sql);
    });
    await expect(take(1)).resolves.toBe(1);
  });
});
