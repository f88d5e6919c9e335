import { spawn, type ChildProcess } from 'node:child_process';

/** How a process ended. */
export interface Finished {
  /** The exit code; null when it was stopped by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The process is stopped when it takes longer. */
  readonly timeoutSeconds: number;
}

const GRACE_SECONDS = 5;

/**
 * Runs processes and knows which still run, so that all of them can be stopped. Each gets a process group of its own:
 * Terraform starts its providers as children, which have to go with it.
 */
export class Processes {
  private readonly running = new Map<ChildProcess, Promise<unknown>>();
  private isStopping = false;

  /** Whether everything has been told to stop. */
  get stopping(): boolean {
    return this.isStopping;
  }

  /**
   * Runs a program to its end, without input.
   * @throws Error when it cannot be started, or when everything is being stopped
   */
  run(command: string, args: readonly string[], options: RunOptions): Promise<Finished> {
    if (this.isStopping) return Promise.reject(new Error(`${command} was not started: stopping`));
    const started = performance.now();
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const finished = new Promise<Finished>((resolve, reject) => {
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout.on('data', (data: Buffer) => stdout.push(data));
      child.stderr.on('data', (data: Buffer) => stderr.push(data));
      const timer = setTimeout(() => void stop(child), options.timeoutSeconds * 1000);
      child.on('error', (error) => {
        clearTimeout(timer);
        this.running.delete(child);
        reject(new Error(`${command} could not be started`, { cause: error }));
      });
      child.on('close', (code) => {
        clearTimeout(timer);
        this.running.delete(child);
        resolve({
          code,
          stdout: Buffer.concat(stdout).toString('utf8'),
          stderr: Buffer.concat(stderr).toString('utf8'),
          seconds: (performance.now() - started) / 1000,
        });
      });
    });
    this.running.set(child, finished);
    return finished;
  }

  /** Stops everything that runs, lets nothing new start, and waits until all of it is gone. */
  async stopAll(): Promise<void> {
    this.isStopping = true;
    const running = [...this.running];
    running.forEach(([child]) => void stop(child));
    await Promise.allSettled(running.map(([, finished]) => finished));
  }
}

async function stop(child: ChildProcess): Promise<void> {
  signalGroup(child, 'SIGTERM');
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      signalGroup(child, 'SIGKILL');
      resolve();
    }, GRACE_SECONDS * 1000);
    child.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already, which is what was wanted.
  }
}
