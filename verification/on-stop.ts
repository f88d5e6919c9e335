const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const PARENT_CHECK_MILLISECONDS = 500;

/**
 * Calls back once when this process is told to stop: by a signal, or because its parent is gone, which is all that is left
 * of a signal sent to npm.
 * @param stop gets the exit code that the reason stands for
 */
export function onStop(stop: (exitCode: number) => void): void {
  let stopped = false;
  const once = (exitCode: number): void => {
    if (stopped) return;
    stopped = true;
    stop(exitCode);
  };
  for (const [signal, exitCode] of Object.entries(EXIT_CODES)) process.on(signal, () => once(exitCode));
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) once(EXIT_CODES.SIGTERM);
  }, PARENT_CHECK_MILLISECONDS).unref();
}
