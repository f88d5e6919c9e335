import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import { FunctionBundler } from '../../../constructs/compute/function-bundler';
import { projectRoot } from '../../../constructs/compute/project-root';
import { makeCheckout, removeCheckouts, writeIn } from './checkout';

afterEach(removeCheckouts);

const bundle = (root: string) => new FunctionBundler(root).bundle('sample');
const cached = (root: string): string[] => readdirSync(join(root, '.cache', 'functions'));

describe('the package of a function', () => {
  test('runs, with its packages inside and what they do not use left out', () => {
    const { zipPath } = bundle(makeCheckout());
    const code = join(dirname(zipPath), 'index.js');
    const call = `require(${JSON.stringify(code)}).handler().then((answer) => process.stdout.write(answer))`;
    expect(execFileSync(process.execPath, ['-e', call], { encoding: 'utf8' })).toBe('hello world!');
    expect(readFileSync(code, 'utf8')).not.toContain('unused code');
  });

  test('has the same bytes from another folder, with other times, modes and time zone', () => {
    const here = makeCheckout();
    const there = makeCheckout('a deeper/folder');
    for (const file of ['lambda/sample/index.ts', 'lambda/shared/greeting.ts', 'node_modules/modern/esm.js']) {
      chmodSync(join(there, file), 0o755);
      utimesSync(join(there, file), 1, 1);
    }
    const first = bundle(here);
    const zone = process.env.TZ;
    process.env.TZ = 'Pacific/Kiritimati';
    try {
      const second = bundle(there);
      expect(second.sha256).toBe(first.sha256);
      expect(readFileSync(second.zipPath).equals(readFileSync(first.zipPath))).toBe(true);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  test('is a zip with index.js alone: readable by all, stored, dated 1980', () => {
    const { zipPath, sha256 } = bundle(makeCheckout());
    const zip = readFileSync(zipPath);
    expect(sha256).toBe(createHash('sha256').update(zip).digest('hex'));
    // The fields of the end record and of the one entry of the central directory.
    const end = zip.length - 22;
    expect([zip.readUInt32LE(end), zip.readUInt16LE(end + 10)]).toEqual([0x06054b50, 1]);
    const entry = zip.readUInt32LE(end + 16);
    const code = readFileSync(join(dirname(zipPath), 'index.js'));
    expect({
      method: zip.readUInt16LE(entry + 10),
      time: zip.readUInt16LE(entry + 12),
      date: zip.readUInt16LE(entry + 14),
      size: zip.readUInt32LE(entry + 24),
      extraLength: zip.readUInt16LE(entry + 30),
      mode: zip.readUInt32LE(entry + 38) >>> 16,
      name: zip.toString('utf8', entry + 46, entry + 46 + zip.readUInt16LE(entry + 28)),
    }).toEqual({
      method: 0,
      time: 0,
      date: 0x0021,
      size: code.length,
      extraLength: 0,
      mode: 0o100644,
      name: 'index.js',
    });
    expect(zip.includes(code)).toBe(true);
  });

  test('says nothing about the folder it was made in', () => {
    const root = makeCheckout('telltale');
    expect(readFileSync(bundle(root).zipPath).includes('telltale')).toBe(false);
  });
});

describe('the cache of packages', () => {
  test('gives back what was made, to this process and to the next', () => {
    const root = makeCheckout();
    const bundler = new FunctionBundler(root);
    const first = bundler.bundle('sample');
    const made = statSync(first.zipPath).ino;
    expect(bundler.bundle('sample')).toBe(first);
    expect(bundle(root)).toEqual(first);
    expect([statSync(first.zipPath).ino, cached(root)]).toEqual([
      made,
      [expect.stringMatching(/^sample-[0-9a-f]{32}$/)],
    ]);
  });

  test.each([
    [
      'a source of the function',
      'lambda/shared/greeting.ts',
      'export const greeting = (name: string) => `bye ${name}`;',
    ],
    ['a new file that wins over a source', 'lambda/shared/greeting.tsx', "export const greeting = () => 'new';"],
    ['the lock file', 'package-lock.json', '{ "lockfileVersion": 3, "packages": {} }'],
    ['what npm installed', 'node_modules/.package-lock.json', '{}'],
    ['the way to bundle', 'scripts/bundle-function.mjs', '// other options'],
  ])('makes the package anew after a change of %s', (_what, path, content) => {
    const root = makeCheckout();
    const before = bundle(root);
    writeIn(root, path, content);
    expect(bundle(root).zipPath).not.toBe(before.zipPath);
    expect(cached(root)).toHaveLength(2);
  });

  test.each<[string, (root: string) => void]>([
    [
      'other files',
      (root) => {
        writeIn(root, 'README.md', 'changed');
      },
    ],
    [
      'times and modes',
      (root) => {
        utimesSync(join(root, 'lambda/sample/index.ts'), 1, 1);
        chmodSync(join(root, 'lambda/sample/index.ts'), 0o700);
      },
    ],
  ])('does not care about %s', (_what, change) => {
    const root = makeCheckout();
    const before = bundle(root);
    change(root);
    expect(bundle(root)).toEqual(before);
  });

  test('replaces a damaged package', () => {
    const root = makeCheckout();
    const { zipPath, sha256 } = bundle(root);
    writeFileSync(zipPath, 'half a zi');
    expect(bundle(root)).toEqual({ zipPath, sha256 });
    expect(createHash('sha256').update(readFileSync(zipPath)).digest('hex')).toBe(sha256);
  });

  test('is not needed: where it cannot be written, a temporary folder serves', () => {
    const root = makeCheckout();
    const expected = bundle(root).sha256;
    rmSync(join(root, '.cache'), { recursive: true });
    writeIn(root, '.cache', 'a file where the folder should be');
    const { zipPath, sha256 } = bundle(root);
    expect([sha256, existsSync(zipPath), zipPath.startsWith(root)]).toEqual([expected, true, false]);
  });

  test('serves several processes that start at once', async () => {
    const root = makeCheckout();
    const program = join(root, 'bundle.js');
    buildSync({
      stdin: {
        contents: `import { FunctionBundler } from './constructs/compute/function-bundler';
          process.stdout.write(JSON.stringify(new FunctionBundler(${JSON.stringify(root)}).bundle('sample')));`,
        resolveDir: projectRoot(),
      },
      bundle: true,
      platform: 'node',
      outfile: program,
      // The program lies in the temporary folder, the bundling script in this project.
      define: { __dirname: JSON.stringify(__dirname) },
    });
    const results = await Promise.all([0, 1, 2].map(() => outputOf(program)));
    expect(results.map((text) => JSON.parse(text) as unknown)).toEqual([0, 1, 2].map(() => bundle(root)));
    expect(cached(root)).toHaveLength(1);
  });
});

describe('a function that cannot be bundled', () => {
  test('has no folder with an index.ts', () => {
    expect(() => new FunctionBundler(makeCheckout()).bundle('other')).toThrow(
      new Error('component must name a folder of lambda/ with an index.ts, got "other"; create lambda/other/index.ts'),
    );
  });

  test('does not compile: the error names the line, and nothing is left behind', () => {
    const root = makeCheckout();
    writeIn(root, 'lambda/sample/index.ts', "import { x } from './missing';\nexport const handler = x;");
    expect(() => bundle(root)).toThrow(
      /^lambda\/sample must compile, got:\n[^]*Could not resolve ".\/missing"[^]*lambda\/sample\/index.ts:1:18/,
    );
    expect(cached(root)).toEqual([]);
  });

  test('imports what the cache does not follow', () => {
    const root = makeCheckout();
    writeIn(root, 'elsewhere/data.ts', 'export const data = 1;');
    writeIn(root, 'lambda/sample/index.ts', "export { data } from '../../elsewhere/data';");
    expect(() => bundle(root)).toThrow(
      new Error(
        'lambda/sample must compile, got:\nimport of elsewhere/data.ts must lie in lambda/ or in a package, because the cache follows no other file; move it there\n',
      ),
    );
  });
});

function outputOf(program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    child.on('error', reject);
    child.on('close', () => {
      resolve(output);
    });
  });
}
