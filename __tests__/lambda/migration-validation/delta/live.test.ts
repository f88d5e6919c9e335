import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Client } from 'pg';
import { deltaOfOne, earlierPass, planOf, startWorld, type World } from './world';

let world: World;
const clients: Client[] = [];
beforeAll(async () => {
  world = await startWorld();
  clients.push(await world.writer('source'), await world.writer('source'));
}, 60_000);
afterAll(() => world.stop());

/** Keeps the subscription from applying anything for some time, so that the target is behind. */
async function holdApply(): Promise<{ readonly released: Promise<unknown> }> {
  const holder = await world.writer('target');
  await holder.query('BEGIN; LOCK TABLE entries IN SHARE ROW EXCLUSIVE MODE');
  const wait = new Promise((resolve) => setTimeout(resolve, 700));
  return { released: wait.then(() => holder.query('COMMIT')) };
}

let batches = 0;

/** Writes in two sessions, in subtransactions too, until it is stopped. */
function startWriting(): () => Promise<void> {
  let writing = true;
  const work = clients.map(async (client) => {
    const first = (batches += 1) * 1_000_000;
    for (let id = first; writing; id += 3) {
      await client.query(
        `BEGIN; INSERT INTO entries VALUES (${id}, 'new'); SAVEPOINT a; INSERT INTO entries VALUES (${id + 1}, 'new');
         RELEASE a; SAVEPOINT b; INSERT INTO entries VALUES (${id + 2}, 'no'); ROLLBACK TO b; COMMIT`,
      );
    }
  });
  return async () => {
    writing = false;
    await Promise.all(work);
  };
}

const count = async (client: Client): Promise<number> =>
  Number((await client.query<{ n: string }>('SELECT count(*) AS n FROM entries')).rows[0]?.n);

async function caughtUp(): Promise<void> {
  while ((await count(world.target)) < (await count(world.source))) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('while a subscription applies what is written, what it lacks is found, and nothing is invented', async () => {
  const plan = planOf('entries');
  const settle = { kind: 'slot', slot: 'live', timeoutSeconds: 20 } as const;
  await world.both('CREATE TABLE entries (id bigint PRIMARY KEY, v text)');
  await world.source.query("INSERT INTO entries SELECT g, 'old' FROM generate_series(1, 500) g");
  await world.source.query('CREATE PUBLICATION live FOR TABLE entries');
  const { port, user, password } = world.servers.source.superuser;
  await world.target.query(
    `CREATE SUBSCRIPTION live CONNECTION 'host=127.0.0.1 port=${port} user=${user} password=${password} dbname=postgres' PUBLICATION live`,
  );
  await caughtUp();

  const stopFirst = startWriting();
  const earlier = await earlierPass(world.databases, [plan], { between: () => stopFirst().then(caughtUp) });
  expect(earlier.results[0]?.verdict).toBe('equal');

  const stop = startWriting();
  try {
    for (let round = 0; round < 3; round += 1) {
      const hold = round === 0 ? await holdApply() : undefined;
      const result = await deltaOfOne(world.databases, plan, earlier, { settle });
      expect(result).toMatchObject({ verdict: 'equal', differences: [] });
      await hold?.released;
    }
    // Something else than the subscription writes on the target.
    await caughtUpOnce();
    const { rows } = await world.target.query<{ id: string }>(
      'DELETE FROM entries WHERE id = (SELECT max(id) FROM entries) RETURNING id',
    );
    await world.target.query("INSERT INTO entries VALUES (501, 'extra')");
    const result = await deltaOfOne(world.databases, plan, earlier, { settle });
    expect(result).toMatchObject({
      verdict: 'different',
      counts: { missingOnTarget: 1, missingOnSource: 1, changed: 0 },
    });
    expect(new Set(result.differences.map(({ key }) => key.id))).toEqual(new Set([rows[0]?.id, '501']));
  } finally {
    await stop();
  }
}, 60_000);

/** The target holds a row of the delta. */
async function caughtUpOnce(): Promise<void> {
  const before = await count(world.source);
  while ((await count(world.target)) <= before) await new Promise((resolve) => setTimeout(resolve, 20));
}
