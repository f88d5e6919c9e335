// npm run compare -- --source <url> --target <url> [options]
import { runCompare } from './compare/command';

// Until there is a verdict nothing can be told: should the process end early, with nothing left to wait for, or by an error
// that nobody caught, its status must be neither 0 nor 1.
process.exitCode = 2;
process.on('uncaughtException', (error) => {
  console.error(error);
  process.exit(2);
});

const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Who asks twice does not want to wait; the state is whole at any moment.
    if (abort.signal.aborted) process.exit(2);
    abort.abort(new Error(`interrupted by ${signal}`));
  });
}

void runCompare(process.argv.slice(2), {
  environment: process.env,
  say: (line) => {
    console.log(line);
  },
  complain: (line) => {
    console.error(line);
  },
  progress: { isTerminal: process.stderr.isTTY, stream: process.stderr, now: () => performance.now() },
  signal: abort.signal,
}).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    // Never the exit status 1, which says that something was found.
    console.error(error);
    process.exitCode = 2;
  },
);
