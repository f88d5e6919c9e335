// Compiles entry points of this project to dist/, one file each: `node scripts/build-app.mjs [entry …]`, main.ts by default.
// A synthesis of compiled code takes half the time of one through a TypeScript loader. Packages stay outside the bundle:
// cdktf finds files beside its own and must be loaded once. Only the schema library goes in, because loading it whole, with
// the messages of every language, takes longer than the part that is used.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const BUNDLED = ['zod'];
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const external = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !BUNDLED.includes(name));
const entries = process.argv.length > 2 ? process.argv.slice(2) : ['main.ts'];

try {
  await build({
    // The working directory ends up in names and source maps: fixed, so that the output depends on the sources alone.
    absWorkingDir: root,
    // A path without ./ that does not exist would be taken for a package.
    entryPoints: entries.map((entry) => `./${entry}`),
    outbase: '.',
    outdir: 'dist',
    bundle: true,
    external,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: true,
    logLevel: 'warning',
  });
} catch {
  // esbuild has already printed the errors, with the lines they are on. Not 1: of the commands that are built before each run,
  // some say by that what they found.
  process.exitCode = 2;
}
