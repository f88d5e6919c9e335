import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CompareDependencies, runCompare } from '../../../cli/compare/command';
import { readReport } from '../../../lambda/migration-validation/report/write-report';
import { type ComparedServers, PASSWORD, run, startComparedServers } from './databases';

const folder = mkdtempSync(join(tmpdir(), 'compare-'));
let servers: ComparedServers;

beforeAll(async () => {
  servers = await startComparedServers();
}, 60_000);

afterAll(async () => {
  await servers.stop();
  await rm(folder, { recursive: true });
});

interface Outcome {
  readonly exitCode: number;
  readonly out: string;
  readonly errors: string;
  readonly progress: string;
}

async function compare(args: readonly string[], overrides: Partial<CompareDependencies> = {}): Promise<Outcome> {
  const [out, errors, progress]: string[][] = [[], [], []];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      progress?.push(chunk.toString());
      done();
    },
  });
  const exitCode = await runCompare(args, {
    environment: { COMPARE_SOURCE_URL: servers.urls.source, COMPARE_TARGET_URL: servers.urls.target },
    say: (line) => out?.push(line),
    complain: (line) => errors?.push(line),
    progress: { isTerminal: false, stream, now: () => performance.now() },
    signal: new AbortController().signal,
    ...overrides,
  });
  return {
    exitCode,
    out: (out ?? []).join('\n'),
    errors: (errors ?? []).join('\n'),
    progress: (progress ?? []).join(''),
  };
}

describe('npm run compare', () => {
  test('of equal schemas exits with 0, by a role that may only read, and reports it', async () => {
    const report = join(folder, 'equal');
    const { exitCode, out, errors, progress } = await compare(['--schema', 'same', '--report', report]);
    expect(errors).toBe('');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^same\.payments +20,000 +20,000 +0 +0 +0 +[\d,]+ +equal$/m);
    expect(out).toMatch(/^EQUAL \(exact, \d+\.\d s\)$/m);
    expect(progress).toContain('comparing the rows\n');
    const written = await readReport(join(report, 'report.json'));
    expect(written).toMatchObject({ verdict: 'equal', source: { user: 'reader' }, reasons: [] });
    expect(written.source.version).toMatch(/^PostgreSQL 1[45]/);
    expect(written.target.version).toContain('PostgreSQL 16');
    expect(readFileSync(join(report, 'report.html'), 'utf8')).toContain('class="verdict equal"');
  });

  test('a folder that no report can be written to is refused before anything is compared', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    const { exitCode, out, errors } = await compare(['--schema', 'same', '--report', join(file, 'report')]);
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(errors).toContain(
      `could not tell: the report's folder must be one that can be written to, got ${join(file, 'report')}: ENOTDIR`,
    );
  });

  test('of different ones exits with 1, and says which rows differ and how', async () => {
    const report = join(folder, 'different');
    const { exitCode, out } = await compare(['--schema', 'changed', '--report', report]);
    expect(exitCode).toBe(1);
    expect(out).toContain('  changed  id=4  note:  -> NULL');
    expect(out).toContain('  changed  id=7  amount: 1.00 -> 1.10');
    expect(out).toContain('  missing on target  id=1234');
    expect(out).toContain('  missing on source  what=more');
    expect(out).toContain('  changed.payments: 1 row missing on the target, 2 changed.');
    expect(out).toMatch(/^DIFFERENT/m);
    const { tables } = await readReport(join(report, 'report.json'));
    expect(tables.map(({ name, counts }) => [name, counts])).toEqual([
      ['log', { missingOnTarget: 0, missingOnSource: 1, changed: 0 }],
      ['payments', { missingOnTarget: 1, missingOnSource: 0, changed: 2 }],
    ]);
  });

  test('leaves values out on request: from the terminal, the file and the page', async () => {
    const report = join(folder, 'no-values');
    const { exitCode, out } = await compare(['--schema', 'changed', '--no-values', '--report', report]);
    expect(exitCode).toBe(1);
    expect(out).toContain('  changed  id=7  amount');
    const texts = [out, ...['report.json', 'report.html'].map((name) => readFileSync(join(report, name), 'utf8'))];
    for (const text of texts) expect(text).not.toMatch(/1\.10|more["<]|what=more/);
  });

  test('of a table that may not be read exits with 2, and goes on with the others', async () => {
    const { exitCode, out } = await compare(['--schema', 'secret', '--schema', 'changed']);
    expect(exitCode).toBe(2);
    expect(out).toMatch(/^secret\.payments .* unknown$/m);
    expect(out).toContain('permission denied for table payments');
    expect(out).toContain('changed.payments: 1 row missing');
    expect(out).toMatch(/^COULD NOT TELL/m);
  });

  test('of what is left out by name exits with 0, and says what was left out', async () => {
    const left = ['--exclude-table', 'secret.payments'];
    const { exitCode, out } = await compare(['--schema', 'secret', ...left]);
    expect(exitCode).toBe(0);
    expect(out).toContain('  secret.payments: left out as asked: secret.payments');
  });

  test('says how to put sequences right, which differ while replication runs, or leaves them out on request', async () => {
    await run(servers.target, "SELECT setval('same.payments_id_seq', 10)");
    const whole = await compare(['--schema', 'same']);
    const without = await compare(['--schema', 'same', '--without', 'sequences']);
    await run(servers.target, "SELECT setval('same.payments_id_seq', 20000)");
    expect(whole.exitCode).toBe(1);
    expect(whole.out).toMatch(/^ {2}SELECT .*setval\(.*payments_id_seq/m);
    expect(without.exitCode).toBe(0);
    expect(without.out).toContain('  sequences: left out as asked');
  });

  test('of a schema that neither database has exits with 2', async () => {
    const { exitCode, out } = await compare(['--schema', 'nowhere']);
    expect(exitCode).toBe(2);
    expect(out).toMatch(/^COULD NOT TELL/m);
  });

  test('while rows change is done in short transactions', async () => {
    const { exitCode, out } = await compare(['--schema', 'same', '--live', '--settle', '0.1']);
    expect(out).toMatch(/^EQUAL \(live/m);
    expect(exitCode).toBe(0);
  });

  test('of a database with itself is refused', async () => {
    const { exitCode, errors } = await compare(['--target', servers.urls.source]);
    expect(exitCode).toBe(2);
    expect(errors).toMatch(/^source and target must be two databases, got postgres on localhost:\d+ for both/);
  });

  test.each([
    [
      'the wrong password',
      () => servers.urls.target.replace(encodeURIComponent(PASSWORD), 'geheim'),
      /password authentication failed/,
    ],
    ['no server', () => 'postgres://reader:geheim@localhost:1/x', /ECONNREFUSED/],
    [
      'no such database',
      () => servers.urls.target.replace('/postgres?', '/nowhere?'),
      /database "nowhere" does not exist/,
    ],
  ])('with %s exits with 2, and shows no password', async (_, url, problem) => {
    const { exitCode, out, errors } = await compare(['--target', url()]);
    expect(exitCode).toBe(2);
    expect(errors).toMatch(problem);
    expect(errors).toMatch(/^target must let the comparison in, got: /);
    expect(out + errors).not.toMatch(/geheim|only/);
  });

  test.each([
    ...['--parallel', '--chunk-rows', '--rate', '--max-differences', '--max-lag', '--max-active-sessions'],
    ...['--max-rechecks', '--settle', '--reconnect', '--statement-timeout', '--lock-timeout'],
  ])('reads the number of %s', async (flag) => {
    const { errors } = await compare(['--live', '--slot', 's', flag, 'many']);
    expect(errors).toContain(`${flag} must be a `);
  });

  test('says everything that is wrong with its command line at once', async () => {
    const args = [
      '--chunk-rows',
      '0',
      '--rate',
      '1.5',
      '--slot',
      's',
      '--append-only',
      'x',
      '--exclude-table',
      '*',
      'foo',
    ];
    const environment = { COMPARE_SOURCE_URL: 'mysql://u:geheim@h/d' };
    const { exitCode, errors } = await compare([...args, 'postgres://u:geheim@h/d'], { environment });
    expect(exitCode).toBe(2);
    expect(errors.split('\n')).toEqual([
      'every argument must be an option of --help, got foo',
      'every argument must be an option of --help, got a URL',
      'COMPARE_SOURCE_URL: the URL must begin with postgres:// or postgresql://, as postgres://user@host:5432/database',
      '--target (or COMPARE_TARGET_URL) must be the URL of a database, as postgres://user@host:5432/name, got none',
      '--chunk-rows must be a whole number of rows from 1 to 10000000, got "0"',
      '--rate must be a whole number of rows a second from 0 to 1000000000, got "1.5"',
      '--exclude-table must be schema.table, schema.* or *.table, got *; put a name with a dot or a star in double quotes',
      '--append-only must be schema.table, got x; put a name with a dot or a star in double quotes',
      '--slot must come with --live: without it one snapshot of each side is compared',
      '--append-only must come with --state, to prepare a delta pass, or with --delta-from, to make it',
    ]);
  });

  test.each([
    [
      ['--live'],
      "--live must come with --slot, the source's replication slot, or with --settle, seconds to wait instead",
    ],
    [
      ['--delta-from', 'a', '--state', 'b', '--append-only', 's.t'],
      '--delta-from must come without --state: a delta pass is short, and begins anew',
    ],
    [['--predict'], '--predict must come with --delta-from: it says how long that pass would take'],
    [['--without', 'rows'], '--without must be one of schema, sequences, ledger, got rows'],
    [['--delta-from', 'a'], '--delta-from must come with --append-only: all other tables are compared whole'],
    [['--render', 'a', '--live'], '--render must stand alone: it reads a report, and compares nothing'],
    [
      ['--sequence-gap', '-1'],
      '--sequence-gap must be a whole number of values from 0 to 999999999999999999, got "-1"',
    ],
    [['--settle', '86401', '--live'], '--settle must be a number of seconds from 0 to 86400, got "86401"'],
    [['--parallel', '65'], '--parallel must be a whole number of connections from 1 to 64, got "65"'],
  ])('refuses %j', async (args, problem) => {
    const { exitCode, errors } = await compare(args);
    expect(exitCode).toBe(2);
    expect(errors.split('\n')).toContain(problem);
  });

  test('shows its help, and compares nothing then', async () => {
    const { exitCode, out } = await compare(['--help']);
    expect(exitCode).toBe(0);
    expect(out).toContain('Exit status: 0 equal, 1 different, 2 could not tell');
  });

  test('writes the page of a report that there is', async () => {
    const report = join(folder, 'rendered');
    await compare(['--schema', 'changed', '--report', report]);
    const page = readFileSync(join(report, 'report.html'), 'utf8');
    writeFileSync(join(report, 'report.html'), '');
    const { exitCode } = await compare(['--render', join(report, 'report.json')]);
    expect(exitCode).toBe(0);
    expect(readFileSync(join(report, 'report.html'), 'utf8')).toBe(page);
    expect((await compare(['--render', join(report, 'report.html')])).exitCode).toBe(2);
  });
});

describe('npm run compare in several steps', () => {
  test('goes on where it was interrupted, and finds the same', async () => {
    const state = join(folder, 'interrupted.state');
    const args = ['--schema', 'changed', '--state', state];
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 1500);
    const stopped = await compare([...args, '--chunk-rows', '500', '--rate', '1500'], { signal: abort.signal });
    expect(stopped.exitCode).toBe(2);
    expect(stopped.errors).toBe(
      `interrupted: nothing can be told\nwhat was compared is kept in ${state}; to go on: npm run compare -- --schema changed --state ${state} --chunk-rows 500 --rate 1500`,
    );
    const report = join(folder, 'resumed');
    const resumed = await compare([...args, '--report', report]);
    expect(resumed.exitCode).toBe(1);
    expect(resumed.out).toContain('changed.payments: 1 row missing on the target, 2 changed.');
    const { basis } = await readReport(join(report, 'report.json'));
    expect(basis.join(' ')).toMatch(/This goes on with the run begun at .*: [1-9]\d* parts/);
  });

  test('begins anew where the state is of a pass that is over: its results are of another time', async () => {
    const state = join(folder, 'over.state');
    const report = join(folder, 'over');
    for (const _ of [1, 2]) {
      const { exitCode } = await compare(['--schema', 'same', '--state', state, '--report', report]);
      expect(exitCode).toBe(0);
    }
    expect((await readReport(join(report, 'report.json'))).basis.join(' ')).not.toContain('goes on with');
    // A delta pass may still need it, until there is another.
    const over = readFileSync(state, 'utf8');
    const unreachable = { COMPARE_SOURCE_URL: 'postgres://localhost:1/a', COMPARE_TARGET_URL: servers.urls.target };
    expect((await compare(['--state', state], { environment: unreachable })).exitCode).toBe(2);
    expect(readFileSync(state, 'utf8')).toBe(over);
  });

  test('compares in a delta pass what came since, finds what differs in it, and refuses other states', async () => {
    const state = join(folder, 'full.state');
    const append = ['--append-only', 'same.payments'];
    expect((await compare(['--schema', 'same', '--state', state, ...append])).exitCode).toBe(0);
    const delta = ['--schema', 'same', '--delta-from', state, ...append];
    const nothingNew = await compare(delta);
    expect(nothingNew.out).toMatch(/^EQUAL \(delta/m);
    expect(nothingNew.exitCode).toBe(0);
    const predicted = await compare([...delta, '--predict']);
    expect(predicted.exitCode).toBe(2);
    expect(predicted.out).toMatch(/^the comparison of the rows should take about \d+\.\d s\n {2}same\.payments: /);
    expect(predicted.errors).toBe('nothing was compared: --predict');
    const insert = "INSERT INTO same.payments VALUES (30000, 5.00, 'new')";
    await Promise.all([run(servers.source, insert), run(servers.target, insert.replace('5.00', '5.01'))]);
    const found = await compare(delta);
    expect(found.exitCode).toBe(1);
    expect(found.out).toContain('  changed  id=30000  amount: 5.00 -> 5.01');
    const other = await compare(['--delta-from', join(folder, 'nothing.state'), ...append]);
    expect(other.exitCode).toBe(2);
    expect(other.errors).toContain('ENOENT');
  });

  test('refuses a file that is no state, and leaves it as it is', async () => {
    const path = join(folder, 'precious.json');
    writeFileSync(path, '{"a": 1}\n');
    const { exitCode, errors } = await compare(['--state', path]);
    expect(exitCode).toBe(2);
    expect(errors).toContain(`${path} must be the state of a comparison, got another file`);
    expect(readFileSync(path, 'utf8')).toBe('{"a": 1}\n');
  });
});
