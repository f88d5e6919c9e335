import { spawn } from 'node:child_process';

/** What one run of a program took. */
export interface Measurement {
  /** From the start of the process to its end. */
  readonly milliseconds: number;
  /** Of the process itself, without those it started. */
  readonly cpuMilliseconds: number;
  readonly maxRssMib: number;
}

/** A program to measure: a file for Node.js, compiled like any other. */
export interface Program {
  readonly file: string;
  readonly args?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** The flags of `npm run synth`: cdktf uses what Node.js 22 warns of. */
export const NODE_FLAGS = ['--disable-warning=DEP0044'] as const;

/** How programs are measured. */
export interface MeasureOptions {
  /** The compiled probe, which is loaded before each program. */
  readonly probe: string;
  /** Ends a running program. */
  readonly signal: AbortSignal;
}

/**
 * Runs a program in a fresh process and measures it.
 * @throws Error with the program's output when it fails
 */
export function measure({ file, args = [], env }: Program, { probe, signal }: MeasureOptions): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, ['--require', probe, ...NODE_FLAGS, file, ...args], {
      env: { ...process.env, ...env },
      signal,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    const usage: Buffer[] = [];
    child.stdout?.on('data', (data: Buffer) => output.push(data));
    child.stderr?.on('data', (data: Buffer) => output.push(data));
    child.stdio[3]?.on('data', (data: Buffer) => usage.push(data));
    child.on('error', reject);
    child.on('close', (code) => {
      const milliseconds = performance.now() - started;
      if (code !== 0) {
        reject(new Error(`${file} ended with code ${code}\n${Buffer.concat(output).toString('utf8')}`));
        return;
      }
      const used = JSON.parse(Buffer.concat(usage).toString('utf8')) as Omit<Measurement, 'milliseconds'>;
      resolve({ milliseconds, ...used });
    });
  });
}

/**
 * Measures programs in turn (A B A B …), so that what else happens on the machine meets each of them alike.
 * @param runs how often each is measured, after `warmUps` that do not count
 */
export async function measureInTurn<Name extends string>(
  programs: Readonly<Record<Name, Program>>,
  { runs, warmUps, ...options }: MeasureOptions & { readonly runs: number; readonly warmUps: number },
): Promise<Record<Name, Measurement[]>> {
  const names = Object.keys(programs) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Measurement[]])) as Record<Name, Measurement[]>;
  for (let run = -warmUps; run < runs; run += 1) {
    for (const name of names) {
      const measurement = await measure(programs[name], options);
      if (run >= 0) results[name].push(measurement);
    }
  }
  return results;
}
