import { spawn } from 'node:child_process';

/** What one run of a program took. */
export interface ProgramRun {
  readonly milliseconds: number;
  /** The most memory of the process, in MiB; of Node.js only. @default not measured */
  readonly maxRssMib?: number;
  readonly stdout: string;
}

export interface ProgramOptions {
  /** The exit code that it must end with. */
  readonly exitCode: number;
  /** A compiled file that Node.js loads first: it writes what was used to file descriptor 3. @default none */
  readonly probe?: string;
  readonly signal: AbortSignal;
}

/**
 * Runs a program to its end.
 * @throws Error with its output when it ends with another code
 */
export function runProgram(
  command: string,
  args: readonly string[],
  { exitCode, probe, signal }: ProgramOptions,
): Promise<ProgramRun> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, [...(probe === undefined ? [] : ['--require', probe]), ...args], {
      signal,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const output: Record<'stdout' | 'stderr' | 'usage', Buffer[]> = { stdout: [], stderr: [], usage: [] };
    child.stdout?.on('data', (data: Buffer) => output.stdout.push(data));
    child.stderr?.on('data', (data: Buffer) => output.stderr.push(data));
    child.stdio[3]?.on('data', (data: Buffer) => output.usage.push(data));
    child.on('error', reject);
    child.on('close', (code) => {
      const milliseconds = performance.now() - started;
      const [stdout, stderr, usage] = [output.stdout, output.stderr, output.usage].map((parts) =>
        Buffer.concat(parts).toString('utf8'),
      ) as [string, string, string];
      if (code !== exitCode) {
        reject(new Error(`${command} must end with code ${exitCode}, got ${code}\n${stdout}${stderr}`));
        return;
      }
      const used = usage === '' ? {} : (JSON.parse(usage) as { readonly maxRssMib: number });
      resolve({ milliseconds, stdout, ...used });
    });
  });
}
