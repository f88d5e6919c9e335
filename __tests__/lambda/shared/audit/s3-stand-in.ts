import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';

/** What was put into the bucket. */
export interface StoredObject {
  readonly body: string;
  readonly contentType: string | undefined;
  /** How often it was written: the bucket keeps versions. */
  readonly versions: number;
}

export interface S3StandIn {
  readonly client: S3Client;
  /** Objects by `<bucket>/<key>`. */
  readonly objects: ReadonlyMap<string, StoredObject>;
  /** How many requests came. */
  readonly requests: () => number;
  /** Answers the next requests with these statuses, without storing anything. */
  readonly failNext: (...statuses: number[]) => void;
  stop(): Promise<void>;
}

const CODES: Readonly<Record<number, string>> = {
  403: 'AccessDenied',
  404: 'NoSuchKey',
  409: 'ConditionalRequestConflict',
  412: 'PreconditionFailed',
  503: 'SlowDown',
};

function answerTo(method: string | undefined, exists: boolean, found: boolean): number {
  if (method === 'GET') return found ? 200 : 404;
  if (method !== 'PUT') return 405;
  return exists ? 412 : 200;
}

/**
 * A stand-in for S3 on this machine, not S3: it takes PutObject over HTTP, honours `If-None-Match: *`, and answers GetObject. A
 * put without that condition writes another version, so that a test sees when it is missing.
 */
export async function startS3(): Promise<S3StandIn> {
  const objects = new Map<string, StoredObject>();
  const failures: number[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests += 1;
      const path = decodeURIComponent(new URL(request.url ?? '/', 'http://local').pathname).slice(1);
      const exists = request.headers['if-none-match'] === '*' && objects.has(path);
      const found = request.method === 'GET' ? objects.get(path) : undefined;
      const status = failures.shift() ?? answerTo(request.method, exists, found !== undefined);
      if (status === 200 && request.method === 'PUT') {
        objects.set(path, {
          body: Buffer.concat(chunks).toString(),
          contentType: request.headers['content-type'],
          versions: (objects.get(path)?.versions ?? 0) + 1,
        });
      }
      const code = CODES[status] ?? 'MethodNotAllowed';
      response.writeHead(status, { 'Content-Type': 'application/xml' });
      response.end(
        status === 200
          ? (found?.body ?? '')
          : `<?xml version="1.0"?><Error><Code>${code}</Code><Message>-</Message></Error>`,
      );
    });
  });
  // Longer than a test waits between two requests over one connection.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  return {
    client,
    objects,
    requests: () => requests,
    failNext: (...statuses) => failures.push(...statuses),
    stop: async () => {
      client.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}
