import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Client } from 'pg';
import { deltaOfOne, earlierPass, planOf, startWorld, type World } from './world';

let world: World;
let writers: Client[];
let appliers: Client[];
let cases = 0;

beforeAll(async () => {
  world = await startWorld();
  writers = await Promise.all([1, 2, 3].map(() => world.writer('source')));
  appliers = await Promise.all([1, 2].map(() => world.writer('target')));
}, 60_000);
afterAll(() => world.stop());

/** One thing that one of several sessions does. */
const step = fc.record({
  session: fc.nat({ max: 2 }),
  action: fc.constantFrom('insert', 'insert', 'insert', 'savepoint', 'back', 'release', 'commit', 'rollback', 'apply'),
});
const steps = fc.array(step, { maxLength: 20, size: 'max' });
/** What goes wrong with a row on the target after the pass. */
const fault = fc.record({ at: fc.nat(), kind: fc.constantFrom('missing', 'changed', 'extra') });

const history = fc.record({
  before: steps,
  betweenBaselines: steps,
  after: steps,
  faults: fc.array(fault, { maxLength: 4 }),
  counted: fc.boolean(),
});

/** A session of the source: which rows its open transaction has, by savepoint. */
class Session {
  private levels: number[][] = [];

  constructor(
    private readonly client: Client,
    private readonly table: string,
    private readonly committed: number[],
    private readonly next: () => number,
  ) {}

  async act(action: string): Promise<void> {
    if (this.levels.length === 0) {
      if (['back', 'release', 'commit', 'rollback'].includes(action)) return;
      await this.client.query('BEGIN; SELECT pg_current_xact_id()');
      this.levels = [[]];
    }
    const depth = this.levels.length - 1;
    if (action === 'insert') {
      const id = this.next();
      await this.client.query(`INSERT INTO ${this.table} VALUES (${id}, 'row ${id}')`);
      this.levels.at(-1)?.push(id);
    } else if (action === 'savepoint') {
      await this.client.query(`SAVEPOINT s${depth + 1}`);
      this.levels.push([]);
    } else if (action === 'back' && depth > 0) {
      await this.client.query(`ROLLBACK TO s${depth}`);
      this.levels[depth] = [];
    } else if (action === 'release' && depth > 0) {
      await this.client.query(`RELEASE s${depth}`);
      const inner = this.levels.pop() ?? [];
      this.levels.at(-1)?.push(...inner);
    } else if (action === 'commit' || action === 'rollback') {
      await this.client.query(action);
      if (action === 'commit') this.committed.push(...this.levels.flat());
      this.levels = [];
    }
  }
}

test('of random histories every difference since the baseline is found, and none is invented', async () => {
  let differences = 0;
  await fc.assert(
    fc.asyncProperty(history, async ({ before, betweenBaselines, after, faults, counted }) => {
      const table = `h${(cases += 1)}`;
      await world.both(`CREATE TABLE ${table} (id bigint PRIMARY KEY, v text)`);
      const committed: number[] = [];
      let last = 0;
      const sessions = writers.map((client) => new Session(client, table, committed, () => (last += 1)));
      let applied = 0;
      /** The target gets what is committed, now by one session, now by the other, which may leave it in flight. */
      const apply = async (session: number, commit: boolean, wrong = new Map<number, string>()) => {
        const rows = committed.slice(applied);
        applied = committed.length;
        const client = appliers[session % 2] ?? world.target;
        const values = rows.flatMap((id) =>
          wrong.get(id) === 'missing' ? [] : [`(${id}, '${wrong.get(id) ?? 'row'} ${id}')`],
        );
        const insert = values.length === 0 ? '' : `INSERT INTO ${table} VALUES ${values.join(', ')};`;
        await client.query(
          `BEGIN; SELECT pg_current_xact_id(); SAVEPOINT a; ${insert} RELEASE a; ${commit ? 'COMMIT' : ''}`,
        );
      };
      const run = async (list: typeof before) => {
        for (const { session, action } of list) {
          if (action === 'apply') await apply(session, true);
          else await sessions[session]?.act(action);
        }
      };
      await run(before);
      await apply(0, false);
      const earlier = await earlierPass(world.databases, [planOf(table)], {
        counted,
        between: async () => {
          await appliers[0]?.query('COMMIT');
          await run(betweenBaselines);
          await apply(1, true);
        },
      });
      // The pass found the sides equal, or the history does not serve.
      expect(earlier.results[0]?.verdict).toBe('equal');
      for (const { session, action } of after) if (action !== 'apply') await sessions[session]?.act(action);
      for (const session of sessions) await session.act('commit');
      const late = committed.slice(applied);
      const wrong = new Map<number, string>();
      for (const { at, kind } of faults) {
        const id = kind === 'extra' ? undefined : late[at % Math.max(late.length, 1)];
        if (id !== undefined) wrong.set(id, kind);
      }
      await apply(0, true, wrong);
      const extra = faults.filter(({ kind }) => kind === 'extra').map((_, index) => 1_000_000 + index);
      for (const id of extra) await world.target.query(`INSERT INTO ${table} VALUES (${id}, 'row')`);
      const expected = {
        missingOnTarget: [...wrong.values()].filter((kind) => kind === 'missing').length,
        changed: [...wrong.values()].filter((kind) => kind === 'changed').length,
        missingOnSource: extra.length,
      };
      const result = await deltaOfOne(world.databases, planOf(table), earlier);
      await world.both(`DROP TABLE ${table}`);
      differences += wrong.size + extra.length;
      expect(result.counts).toEqual(expected);
      expect(result.verdict).toBe(wrong.size + extra.length > 0 ? 'different' : 'equal');
      expect(new Set(result.differences.map(({ key }) => Number(key.id)))).toEqual(
        new Set([...wrong.keys(), ...extra]),
      );
    }),
    { numRuns: Number(process.env.DELTA_HISTORIES ?? 25), endOnFailure: true },
  );
  expect(differences).toBeGreaterThan(0);
}, 120_000);
