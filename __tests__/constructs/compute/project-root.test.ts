import { mkdtempSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { projectRoot } from '../../../constructs/compute/project-root';

describe('the project root', () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'root-')));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test('is found from the running code', () => {
    expect(projectRoot()).toBe(join(__dirname, '..', '..', '..'));
  });

  test('is the folder with the project, past packages of other names', () => {
    const deep = join(folder, 'node_modules', 'other', 'dist');
    mkdirSync(deep, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "name": "payment-migration" }');
    writeFileSync(join(folder, 'node_modules', 'other', 'package.json'), '{ "name": "other" }');
    expect(projectRoot(deep)).toBe(folder);
  });

  test('is refused where no folder above is the project', () => {
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    expect(() => projectRoot(folder)).toThrow(
      new Error(`project root must be a folder above the running code with package "payment-migration", got ${folder}`),
    );
  });
});
