// Bundles one function of lambda/: `node scripts/bundle-function.mjs <function> <output folder> [project root]` writes
// index.js, which is all that Lambda loads, and function.zip, which holds it. Constructs call it when their cache has
// nothing, the Dockerfile of a function calls it too: one bundle, whichever way it is deployed.
//
// Everything that decides about the bytes is in this file, and the cache's key includes this file.
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import yazl from 'yazl';

const [name, outFolder, root = join(dirname(fileURLToPath(import.meta.url)), '..')] = process.argv.slice(2);

/**
 * Ways to get credentials that no function has: Lambda gives them in the environment, or by an address for instances that it
 * restores from a snapshot. Without these packages a bundle is 90 kB smaller. The chain of providers goes on past them.
 */
const withoutLocalCredentials = {
  name: 'without-local-credentials',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@aws-sdk\/credential-provider-(ini|login|process|sso|web-identity)$/ }, ({ path }) => ({
      path,
      namespace: 'not-in-lambda',
    }));
    onLoad({ filter: /.*/, namespace: 'not-in-lambda' }, ({ path }) => {
      const message = `a function must get its credentials from Lambda; its bundle leaves ${path} out`;
      const error = `Object.assign(new Error(${JSON.stringify(message)}), { tryNextLink: true })`;
      const fail = `() => () => Promise.reject(${error})`;
      const names = ['fromIni', 'fromLoginCredentials', 'fromProcess', 'fromSSO', 'fromTokenFile'];
      return { contents: names.map((name) => `export const ${name} = ${fail};`).join('\n') };
    });
  },
};

async function bundle() {
  const { outputFiles, metafile } = await build({
    // Fixed, because names of modules are relative to it.
    absWorkingDir: resolve(root),
    entryPoints: [`./lambda/${name}/index.ts`],
    bundle: true,
    // A required CommonJS file loads 5 ms faster than an ES module of the same packages, which needs its own `require` too.
    format: 'cjs',
    loader: { '.sql': 'text' },
    plugins: [withoutLocalCredentials],
    platform: 'node',
    target: 'node22',
    // The packages' ES modules first: esbuild leaves out of them what is not used.
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    // The editor's and the tests' compiler options must not reach the deployed bytes.
    tsconfigRaw: { compilerOptions: { strict: true } },
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  for (const input of Object.keys(metafile.inputs)) {
    if (!/^lambda\/|(^|\/)node_modules\/|^not-in-lambda:/.test(input)) {
      throw new Error(
        `import of ${input} must lie in lambda/ or in a package, because the cache follows no other file; move it there`,
      );
    }
  }
  return outputFiles[0].contents;
}

async function writeZip(code, path) {
  const zip = new yazl.ZipFile();
  zip.addBuffer(Buffer.from(code), 'index.js', {
    // Stored, not compressed: zlib's output differs between its builds (processor, distribution), this cannot.
    compress: false,
    // The earliest date a zip can hold, in its own format without a time zone.
    mtime: new Date(0),
    forceDosTimestamp: true,
    mode: 0o100644,
  });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}

try {
  const code = await bundle();
  await mkdir(outFolder, { recursive: true });
  await writeFile(join(outFolder, 'index.js'), code);
  await writeZip(code, join(outFolder, 'function.zip'));
} catch (error) {
  // esbuild has already printed its own errors, with the lines they are on.
  if (error.errors === undefined) console.error(error.message);
  process.exitCode = 1;
}
