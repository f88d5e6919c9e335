import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FunctionBundler } from '../../constructs/compute/function-bundler';
import { projectRoot } from '../../constructs/compute/project-root';

const SOURCE = `
  import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
  const client = new DynamoDBClient({ maxAttempts: 1 });
  export const handler = () => client.send(new ListTablesCommand({}));`;

const run = promisify(execFile);
let root: string;
let code: string;
let server: Server;
let address: string;
/** Who signed the requests, and what else was asked for. */
const seen: string[] = [];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'credentials-'));
  mkdirSync(join(root, 'lambda', 'lister'), { recursive: true });
  writeFileSync(join(root, 'lambda', 'lister', 'index.ts'), SOURCE);
  symlinkSync(join(projectRoot(), 'node_modules'), join(root, 'node_modules'));
  code = join(dirname(new FunctionBundler(root).bundle('lister').zipPath), 'index.js');
  server = createServer((request, response) => {
    seen.push(/Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? String(request.url));
    response.end(
      request.url === '/credentials'
        ? JSON.stringify({
            AccessKeyId: 'FROM-ADDRESS',
            SecretAccessKey: 'secret',
            Token: 'token',
            Expiration: '2100-01-01T00:00:00Z',
          })
        : '{"TableNames":[]}',
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  rmSync(root, { recursive: true });
});

async function invoke(env: Readonly<Record<string, string>>): Promise<string> {
  const call = `require(${JSON.stringify(code)}).handler().then(
    ({ TableNames }) => console.log(JSON.stringify(TableNames)), ({ message }) => console.log(message))`;
  const { stdout } = await run(process.execPath, ['-e', call], {
    env: { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: address, AWS_EC2_METADATA_DISABLED: 'true', HOME: root, ...env },
  });
  return stdout.trim();
}

test("a function signs with the credentials in Lambda's environment", async () => {
  seen.length = 0;
  expect(await invoke({ AWS_ACCESS_KEY_ID: 'FROM-LAMBDA', AWS_SECRET_ACCESS_KEY: 'secret' })).toBe('[]');
  expect(seen).toEqual(['FROM-LAMBDA']);
});

test('a function signs with the credentials behind the address that a restored instance gets', async () => {
  seen.length = 0;
  expect(await invoke({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${address}/credentials` })).toBe('[]');
  expect(seen).toEqual(['/credentials', 'FROM-ADDRESS']);
});

test('a function without credentials says so', async () => {
  expect(await invoke({})).toMatch(/credentials/i);
});
