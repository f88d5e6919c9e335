import { describe, expect, test } from '@jest/globals';
import { importsOf, packagesBehind, sourceFiles, type Import } from './support/imports';

/** The top-level parts, and the parts that each may import besides itself. */
const LAYERS: Readonly<
  Record<string, { readonly mayImport: readonly string[]; readonly mayImportTypesOf?: readonly string[] }>
> = {
  'main.ts': { mayImport: ['environments', 'stacks'] },
  // main hands the environments to the stacks; these know their shape only.
  stacks: { mayImport: ['constructs'], mayImportTypesOf: ['environments'] },
  // What a function takes as its configuration is the function's to say.
  environments: { mayImport: ['constructs', 'lambda'] },
  constructs: { mayImport: [] },
  lambda: { mayImport: [] },
};

const PARTS = [...Object.keys(LAYERS), 'cli', 'scripts', 'verification', 'benchmarks', '__tests__'];

const partOf = (path: string): string | undefined =>
  PARTS.find((part) => path === part || path === part.replace(/\.ts$/, '') || path.startsWith(`${part}/`));

/** The imports that break the rule of the layers, as `file -> target`. */
const violations = (imports: readonly Import[]): string[] =>
  imports
    .filter(({ file, target, typeOnly }) => {
      const from = partOf(file);
      const to = partOf(target);
      const layer = from === undefined ? undefined : LAYERS[from];
      if (layer === undefined || to === undefined || from === to) return false;
      return !layer.mayImport.includes(to) && !(typeOnly && layer.mayImportTypesOf?.includes(to) === true);
    })
    .map(({ file, target }) => `${file} -> ${target}`);

describe('the layers', () => {
  test.each(Object.keys(LAYERS))('%s imports only what lies below it', (part) => {
    const files = sourceFiles(part);
    expect(files.length).toBeGreaterThan(0);
    expect(violations(files.flatMap((file) => importsOf(file)))).toEqual([]);
  });

  test.each([
    ['constructs/network/x.ts', "import { prod } from '../../environments/prod';", 'environments/prod'],
    [
      'constructs/network/x.ts',
      "import type { Environment } from '../../environments/environment';",
      'environments/environment',
    ],
    ['constructs/x.ts', "export { AccountStack } from '../stacks/account-stack';", 'stacks/account-stack'],
    ['lambda/a/index.ts', "import { Deployment } from '../../constructs/naming';", 'constructs/naming'],
    ['lambda/a/index.ts', "const x = require('../../environments');", 'environments'],
    ['stacks/x.ts', "import { prod } from '../environments/prod';", 'environments/prod'],
    ['environments/x.ts', "const x = await import('../stacks/y');", 'stacks/y'],
    ['stacks/x.ts', "import { buildApp } from '../main';", 'main'],
  ])('an import of a higher layer is found: in %s, %s', (file, text, target) => {
    expect(violations(importsOf(file, text))).toEqual([`${file} -> ${target}`]);
  });

  test('environments load the rules of constructs, never a construct: commands start without the bindings', () => {
    expect(packagesBehind('environments/index.ts').filter((name) => name.startsWith('@cdktf/'))).toEqual([]);
    expect(packagesBehind('stacks/account-stack.ts')).toContain('@cdktf/provider-aws/lib/provider');
  });

  test('stacks may import types of the environments', () => {
    expect(violations(importsOf('stacks/x.ts', "import type { A } from '../environments/a';"))).toEqual([]);
    expect(violations(importsOf('stacks/x.ts', "import { type A } from '../environments/a';"))).toEqual([]);
  });

  test('the package constructs is not the folder constructs', () => {
    expect(importsOf('lambda/a.ts', "import { Construct } from 'constructs';")).toEqual([
      { file: 'lambda/a.ts', target: 'npm:constructs', typeOnly: false },
    ]);
    expect(violations(importsOf('lambda/a.ts', "import { Construct } from 'constructs';"))).toEqual([]);
  });
});
