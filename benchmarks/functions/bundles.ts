import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../statistics';
import { bareModule, packageImports } from './package-imports';

/** A function's bundle beside one of the same imports and nothing else. */
export interface BundleMeasurement {
  readonly functionName: string;
  /** The size of what Lambda loads. */
  readonly bytes: number;
  /** Milliseconds until the bundle is loaded, in a fresh process: the median of the runs. */
  readonly loadMilliseconds: number;
  readonly bareBytes: number;
  readonly bareLoadMilliseconds: number;
}

/** The folders of lambda/ that hold a function. */
export const functionNames = (root: string): string[] =>
  readdirSync(join(root, 'lambda'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(root, 'lambda', entry.name)).includes('index.ts'))
    .map(({ name }) => name)
    .sort();

/**
 * Bundles every function, and beside it its imports alone, and loads both in turn in fresh processes.
 * @param root the project's folder
 * @param directory an empty folder to work in
 * @param runs how often each is loaded
 */
export async function measureBundles(root: string, directory: string, runs: number): Promise<BundleMeasurement[]> {
  const measured: BundleMeasurement[] = [];
  for (const functionName of functionNames(root)) {
    const own = join(directory, 'own', functionName);
    bundle(root, functionName, own, root);
    const bareRoot = join(directory, 'bare', functionName);
    const bare = join(bareRoot, 'out');
    writeBare(root, bareRoot, functionName);
    bundle(root, functionName, bare, bareRoot);

    const { REQUIRED_ENVIRONMENT: names } = (await import(join(root, 'lambda', functionName, 'environment.ts'))) as {
      REQUIRED_ENVIRONMENT: readonly string[];
    };
    const env = Object.fromEntries(names.map((name) => [name, placeholder(name)]));
    const times = { own: [] as number[], bare: [] as number[] };
    for (let run = 0; run < runs; run += 1) {
      times.own.push(loadTime(join(own, 'index.js'), env));
      times.bare.push(loadTime(join(bare, 'index.js'), env));
    }
    measured.push({
      functionName,
      bytes: statSync(join(own, 'index.js')).size,
      bareBytes: statSync(join(bare, 'index.js')).size,
      loadMilliseconds: median(times.own),
      bareLoadMilliseconds: median(times.bare),
    });
  }
  return measured;
}

/** Values that variables may have, by the end of their names, as far as loading the module looks at them. */
const PLACEHOLDERS: readonly (readonly [RegExp, string])[] = [
  [/(_UR[IL]|ISSUER)$/, 'https://issuer.example.com/keys'],
  [/PORT$/, '5432'],
  [/(SIDE|AUTHORITY)$/, 'aurora'],
  [/(SECONDS|MINUTES|HOURS)$/, '60'],
  [/^REQUIRE_/, 'true'],
  [/RECORD_TYPE$/, 'A'],
];

const placeholder = (name: string): string => PLACEHOLDERS.find(([end]) => end.test(name))?.[1] ?? 'value';

function bundle(root: string, functionName: string, outFolder: string, sources: string): void {
  execFileSync(process.execPath, [join(root, 'scripts', 'bundle-function.mjs'), functionName, outFolder, sources], {
    stdio: 'inherit',
  });
}

function writeBare(root: string, bareRoot: string, functionName: string): void {
  const folder = join(bareRoot, 'lambda', functionName);
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(bareRoot, 'node_modules'));
  const entry = `lambda/${functionName}/index.ts`;
  writeFileSync(join(bareRoot, entry), bareModule(packageImports(root, entry)));
}

const LOAD = `const started = performance.now();
require(process.argv[1]);
process.stdout.write(String(performance.now() - started), () => process.exit(0));`;

function loadTime(file: string, env: Readonly<Record<string, string>>): number {
  const output = execFileSync(process.execPath, ['-e', LOAD, file], {
    encoding: 'utf8',
    // Nothing of the machine's own, so that nothing of it decides; and no warning of what Lambda's Node.js has nothing of.
    env: {
      ...env,
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'bench',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      PATH: process.env.PATH,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return Number(output);
}
