import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverUser } from './postgres-installation';

/** Servers listen on this address only. */
export const HOST = '127.0.0.1';

const START_TIMEOUT_MS = 60_000;
const PORT_ATTEMPTS = 5;
const READY = 'database system is ready to accept connections';
/** Ends a server whose starter is gone, however it went: its end of the pipe closes. */
const WATCHDOG = `trap '' INT TERM HUP; read -r _; kill -QUIT "$1" 2>/dev/null; sleep 1; rm -rf "$2"`;

// macOS refuses to start it under a locale that loads threads.
export const SERVER_ENVIRONMENT = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

/** The process of a server whose data are made already, in the folder `data`. */
export class PostgresProcess {
  private child: ChildProcess | undefined;
  private watchdog: ChildProcess | undefined;

  constructor(
    private readonly binaries: string,
    private readonly folder: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /** Another process may take a port between the choice and the start: then another one is tried. */
  async startOnFreePort(): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      const port = await freePort();
      try {
        await this.start(port);
        return port;
      } catch (error) {
        if (attempt === PORT_ATTEMPTS || !String(error).includes('could not bind')) throw error;
      }
    }
  }

  async start(port: number): Promise<void> {
    const log = join(this.folder, 'log');
    const output = openSync(log, 'w');
    const flags = Object.entries({ ...this.settings, port: String(port) }).map(([name, value]) => `--${name}=${value}`);
    const child = spawn(join(this.binaries, 'postgres'), ['-D', join(this.folder, 'data'), ...flags], {
      ...serverUser,
      cwd: this.folder,
      env: SERVER_ENVIRONMENT,
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    child.unref();
    const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
    failed.catch(() => undefined);
    this.child = child;
    this.watch(child);
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!readFileSync(log, 'utf8').includes(READY)) {
      if (hasEnded(child) || Date.now() > deadline) {
        await this.stop();
        throw new Error(`PostgreSQL did not start on port ${port}:\n${readFileSync(log, 'utf8').slice(-2000)}`);
      }
      await Promise.race([sleep(10), failed]);
    }
  }

  async stop(): Promise<void> {
    const { child, watchdog } = this;
    this.child = undefined;
    this.watchdog = undefined;
    if (child !== undefined && !hasEnded(child)) {
      const ended = new Promise<void>((resolve) => {
        child.once('exit', () => {
          resolve();
        });
      });
      // A fast shutdown: connections are closed, commits are kept.
      child.kill('SIGINT');
      child.ref();
      await ended;
    }
    watchdog?.kill('SIGKILL');
  }

  private watch(child: ChildProcess): void {
    if (child.pid === undefined) return;
    this.watchdog?.kill('SIGKILL');
    const watchdog = spawn('sh', ['-c', WATCHDOG, 'watchdog', String(child.pid), this.folder], {
      cwd: tmpdir(),
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    watchdog.unref();
    // Neither may hold the test process up; its end is what the pipe is for.
    (watchdog.stdin as unknown as { unref(): void }).unref();
    this.watchdog = watchdog;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, HOST, resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    probe.close(() => {
      resolve();
    });
  });
  return port;
}
