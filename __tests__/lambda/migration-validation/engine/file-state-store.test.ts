import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { FileStateStore } from '../../../../lambda/migration-validation/state/file-state-store';

const folder = mkdtempSync(join(tmpdir(), 'comparison-state-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function entriesOf(store: FileStateStore): Promise<unknown[]> {
  const all = [];
  for await (const entry of store.entries()) all.push(entry);
  return all;
}

test('what was saved and appended is there for the next process, for its owner alone', async () => {
  const path = join(folder, 'a');
  const store = new FileStateStore(path);
  expect(await store.load()).toBeUndefined();
  await store.save({ run: 1 });
  await Promise.all([store.append({ n: 1 }), store.append({ n: 2 })]);
  const next = new FileStateStore(path);
  expect(await next.load()).toEqual({ run: 1 });
  expect(await entriesOf(next)).toEqual([{ n: 1 }, { n: 2 }]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a line that a kill cut short is left out, and overwritten by the next', async () => {
  const path = join(folder, 'b');
  const store = new FileStateStore(path);
  await store.save({ run: 1 });
  await store.append({ n: 1 });
  appendFileSync(path, '{"n":');
  const next = new FileStateStore(path);
  expect(await entriesOf(next)).toEqual([{ n: 1 }]);
  await next.append({ n: 3 });
  expect(await entriesOf(next)).toEqual([{ n: 1 }, { n: 3 }]);
  expect(readFileSync(path, 'utf8')).toBe('{"run":1}\n{"n":1}\n{"n":3}\n');
});

test('a new header begins anew, and nothing is left after clearing', async () => {
  const store = new FileStateStore(join(folder, 'c'));
  await store.save({ run: 1 });
  await store.append({ n: 1 });
  await store.save({ run: 2 });
  await store.append({ n: 2 });
  expect([await store.load(), await entriesOf(store)]).toEqual([{ run: 2 }, [{ n: 2 }]]);
  await store.clear();
  expect([await store.load(), await entriesOf(store)]).toEqual([undefined, []]);
});

test('a file of something else is refused', async () => {
  const path = join(folder, 'd');
  writeFileSync(path, 'notes\n');
  await expect(new FileStateStore(path).load()).rejects.toThrow(
    `the state must be a file that a comparison wrote, got other text at ${path}, line 1; remove the file to begin anew`,
  );
});

test('of two that write, the one that finds lines of the other ends', async () => {
  const path = join(folder, 'e');
  const one = new FileStateStore(path);
  await one.save({ run: 1 });
  const other = new FileStateStore(path);
  await other.load();
  await one.append({ n: 1 });
  const problem = `${path} must be written by one comparison at a time, and another one has written to it; give each its own`;
  await expect(other.append({ n: 2 })).rejects.toThrow(problem);
  await one.append({ n: 3 });
  await new FileStateStore(path).save({ another: 'run' });
  await expect(one.append({ n: 4 })).rejects.toThrow(problem);
  expect(readFileSync(path, 'utf8')).toBe('{"another":"run"}\n');
});

test('a line that a full disk cut short is overwritten by the next', async () => {
  const path = join(folder, 'f');
  const store = new FileStateStore(path);
  await store.save({ run: 1 });
  await store.append({ n: 1 });
  appendFileSync(path, '{"n":');
  await store.append({ n: 2 });
  expect(await entriesOf(new FileStateStore(path))).toEqual([{ n: 1 }, { n: 2 }]);
});
