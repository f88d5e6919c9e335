import { expect, test } from '@jest/globals';
import { WorkerWatch } from '../../../../../lambda/shared/replication/native/worker-watch';

const clock = { time: 0, now: () => clock.time };

test('a worker that streams is neither silent nor failing', () => {
  const watch = new WorkerWatch(clock);
  expect(watch.look('forward', { streaming: true, pid: 1, errors: 3 })).toEqual({ silentSeconds: 0, failures: 0 });
});

test('it is silent since it was first seen so, until it streams or begins anew on purpose', () => {
  const watch = new WorkerWatch(clock);
  clock.time = 0;
  expect(watch.look('forward', { streaming: false }).silentSeconds).toBe(0);
  clock.time = 7_000;
  expect(watch.look('forward', { streaming: false }).silentSeconds).toBe(7);
  expect(watch.look('reverse', { streaming: false }).silentSeconds).toBe(0);
  expect(watch.look('forward', { streaming: true }).silentSeconds).toBe(0);
  clock.time = 9_000;
  watch.look('forward', { streaming: false });
  clock.time = 10_000;
  watch.forget('forward');
  expect(watch.look('forward', { streaming: false }).silentSeconds).toBe(0);
});

test('other processes and counted errors are failures, for a minute', () => {
  const watch = new WorkerWatch(clock);
  clock.time = 0;
  watch.look('forward', { streaming: true, pid: 1, errors: 5 });
  clock.time = 1_000;
  watch.look('forward', { streaming: false, errors: 6 });
  clock.time = 2_000;
  expect(watch.look('forward', { streaming: true, pid: 2, errors: 6 }).failures).toBe(1);
  expect(watch.look('forward', { streaming: true, pid: 3, errors: 8 }).failures).toBe(3);
  clock.time = 62_000;
  expect(watch.look('forward', { streaming: true, pid: 3, errors: 8 }).failures).toBe(2);
  clock.time = 62_001;
  expect(watch.look('forward', { streaming: true, pid: 3, errors: 8 }).failures).toBe(0);
});
