import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A small project in a temporary folder: one function, what it shares with others, two packages in both module systems. */
const FILES = {
  'package.json': '{ "name": "payment-migration" }',
  'package-lock.json': '{ "lockfileVersion": 3 }',
  'README.md': 'read me',
  'lambda/sample/index.ts': `
    import { greeting } from '../shared/greeting';
    import { exclaim } from 'modern';
    import old = require('old');
    export const handler = async (): Promise<string> => exclaim(greeting(old.name));`,
  'lambda/shared/greeting.ts': 'export const greeting = (name: string): string => `hello ${name}`;',
  'node_modules/modern/package.json': '{ "name": "modern", "version": "1.0.0", "module": "esm.js", "main": "cjs.js" }',
  'node_modules/modern/esm.js': 'export const exclaim = (text) => text + "!"; export const unused = "unused code";',
  'node_modules/modern/cjs.js': 'exports.exclaim = (text) => text + "?";',
  'node_modules/old/package.json': '{ "name": "old", "version": "1.0.0" }',
  'node_modules/old/index.js': 'module.exports = { name: require("node:path").basename("/a/world") };',
};

const made: string[] = [];

/** Writes the project into a new folder of that name. */
export function makeCheckout(name = 'checkout'): string {
  const root = join(realpathSync(mkdtempSync(join(tmpdir(), 'bundle-'))), name);
  made.push(dirname(root));
  for (const [path, content] of Object.entries(FILES)) writeIn(root, path, content);
  return root;
}

/** Writes one file of a project. */
export function writeIn(root: string, path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** Deletes every project made. */
export function removeCheckouts(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
}
