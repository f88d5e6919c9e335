// npm run migration -- <start|approve|refuse|status|rollback|history> --environment prod [...]
import { createInterface } from 'node:readline/promises';
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { runMigration } from './migration/command';
import type { MigrationClients, Within } from './migration/dependencies';
import { runAsProcess } from './shared/process';

// At night nobody waits minutes for a service that does not answer. One attempt may take this long.
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

const ask = async (question: string): Promise<string> => {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
};

const within: Within = async (seconds, work) => {
  const limit = new AbortController();
  const late = setTimeout(seconds * 1000, undefined, { signal: limit.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    limit.abort();
  }
};

runAsProcess<MigrationClients>(
  (args, dependencies) =>
    runMigration(args, { ...dependencies, now: () => Date.now(), within, ...(process.stdin.isTTY && { ask }) }),
  (region) => {
    const options = { region, requestHandler, maxAttempts: 3 };
    return {
      sts: new STSClient(options),
      dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient(options)),
      sfn: new SFNClient(options),
      ssm: new SSMClient(options),
      route53: new Route53Client(options),
    };
  },
);
