// `npm run model [-- --runs=<number> --seed=<number>]`: moves the right to write back and forth at random, with everything that
// can go wrong meanwhile, and looks after each step whether a payment could be lost or booked twice. With `--path` and
// `--replay-path`, as a run that failed printed them, that run again.
import { type ChildProcess, fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { InvalidArguments, MAX_SEED } from '../options';
import { explore } from './explore';
import { modelOptions, type ModelOptions } from './options';

/** Told in the environment of a process: it explores a share, and tells its parent. */
const SHARE = 'MODEL_SHARE';
const TELL_EVERY = 100;
const PROGRESS_MS = 10_000;

type Message = { readonly done: number } | { readonly failure: string };

async function exploreShare(options: ModelOptions): Promise<void> {
  let done = 0;
  const failure = await explore(options, {
    onRun: () => {
      done += 1;
      if (done % TELL_EVERY === 0) process.send?.({ done: TELL_EVERY } satisfies Message);
    },
  });
  process.send?.({ done: done % TELL_EVERY } satisfies Message);
  if (failure !== undefined) process.send?.({ failure } satisfies Message);
  process.disconnect();
}

/** One process a core, each with a seed of its own. */
async function exploreAll({ runs, seed }: ModelOptions): Promise<string | undefined> {
  const processes = Math.min(availableParallelism(), runs);
  const start = performance.now();
  let done = 0;
  let failure: string | undefined;
  const seconds = (): number => Math.round((performance.now() - start) / 1000);
  const timer = setInterval(() => console.log(`${done} of ${runs} runs after ${seconds()} s`), PROGRESS_MS);
  const children: ChildProcess[] = [];
  const ends = Array.from({ length: processes }, (_, index) => {
    const share = Math.floor(runs / processes) + (index < runs % processes ? 1 : 0);
    const child = fork(__filename, [`--runs=${share}`, `--seed=${(seed + index) % (MAX_SEED + 1)}`], {
      env: { ...process.env, [SHARE]: '1' },
    });
    children.push(child);
    child.on('message', (message: Message) => {
      if ('done' in message) done += message.done;
      else {
        failure ??= message.failure;
        for (const other of children) other.kill();
      }
    });
    return new Promise<void>((resolve) => {
      child.on('exit', (code) => {
        if (code !== 0 && failure === undefined) failure = `a process ended with ${code ?? 'a signal'}`;
        resolve();
      });
    });
  });
  await Promise.all(ends);
  clearInterval(timer);
  if (failure === undefined) console.log(`${done} runs in ${seconds()} s: every invariant held (seed ${seed})`);
  return failure;
}

async function main(): Promise<void> {
  const options = modelOptions(process.argv.slice(2), randomInt(MAX_SEED));
  if (process.env[SHARE] !== undefined) return exploreShare(options);
  const failure = options.path === undefined ? await exploreAll(options) : await explore(options);
  if (failure === undefined) return;
  console.error(failure);
  process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof InvalidArguments ? error.message : error);
  process.exitCode = 1;
});
