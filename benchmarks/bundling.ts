import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FunctionBundler } from '../constructs/compute/function-bundler';
import { median } from './statistics';

/** How long bundling one function takes, in milliseconds. */
export interface BundlingTimes {
  readonly functionName: string;
  /** With an empty cache. */
  readonly cold: number;
  /** In a later process, with the cache filled. */
  readonly cached: number;
}

/** Measures the bundling of every function, apart from synthesis, on a copy of the sources with a cache of its own. */
export function measureBundling(root: string, runs: number): BundlingTimes[] {
  const copy = mkdtempSync(join(tmpdir(), 'bench-bundling-'));
  try {
    for (const path of ['lambda', 'scripts', 'package.json', 'package-lock.json']) {
      cpSync(join(root, path), join(copy, path), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    mkdirSync(join(copy, '.cache'));
    return functionNames(root).map((functionName) => {
      const measured = Array.from({ length: runs }, () => {
        rmSync(join(copy, '.cache', 'functions'), { recursive: true, force: true });
        return { cold: timeOf(copy, functionName), cached: timeOf(copy, functionName) };
      });
      return {
        functionName,
        cold: median(measured.map(({ cold }) => cold)),
        cached: median(measured.map(({ cached }) => cached)),
      };
    });
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** A new bundler knows nothing of what an earlier one did, as in a new process. */
function timeOf(root: string, functionName: string): number {
  const started = performance.now();
  new FunctionBundler(root).bundle(functionName);
  return performance.now() - started;
}

const functionNames = (root: string): string[] =>
  readdirSync(join(root, 'lambda'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(root, 'lambda', entry.name)).includes('index.ts'))
    .map(({ name }) => name)
    .sort();
