import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bareModule, packageImports } from '../../../benchmarks/functions/package-imports';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'imports-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const write = (files: Readonly<Record<string, string>>) => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
};

test('imports of all modules are found, those of types, files and Node.js are not', () => {
  write({
    'lambda/pay/index.ts': `import pg from 'pg';
      import type { Logger } from 'logger';
      import { type Shape, parse } from 'shapes';
      import { type OnlyType } from 'types-only';
      import { readFileSync } from 'node:fs';
      import sql from './one.sql';
      import { core } from '../shared/core';
      export { core, sql };`,
    'lambda/shared/core.ts': `import * as z from 'zod/mini';
      import * as typesOnly from 'namespace-of-types';
      export type Parsed = z.infer<typeof shape> & typesOnly.One;
      const shape = z.object({ list: z.array(z.string()) });
      import { Client as SdkClient } from '@aws-sdk/client';
      export * from './folder';`,
    'lambda/shared/folder/index.ts': `import { format } from 'shapes'; import '../core';`,
  });
  const imports = packageImports(root, 'lambda/pay/index.ts');
  expect(Object.fromEntries([...imports].map(([module, names]) => [module, [...names].sort()]))).toEqual({
    '@aws-sdk/client': ['Client'],
    pg: ['default'],
    shapes: ['format', 'parse'],
    'zod/mini': ['array', 'object', 'string'],
  });
});

test('an import that leads nowhere is an error', () => {
  write({ 'lambda/pay/index.ts': `import { gone } from './gone'; gone();` });
  expect(() => packageImports(root, 'lambda/pay/index.ts')).toThrow(
    'import of ./gone in lambda/pay/index.ts must lead to a file in lambda/, got none',
  );
});

test('the bare module keeps every name, so that the bundler drops none', () => {
  const module = bareModule(
    new Map([
      ['pg', new Set(['default'])],
      ['zod/mini', new Set(['*'])],
    ]),
  );
  expect(module).toBe(
    `import { default as import0 } from 'pg';
import * as import1 from 'zod/mini';
export const handler = () => [import0, import1];
`,
  );
});
