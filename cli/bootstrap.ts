// npm run bootstrap -- --environment prod [--dry-run]
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { environmentSet, loadEnvironments } from '../environments';
import { runCommand } from './bootstrap/command';

void runCommand(process.argv.slice(2), {
  loadConfiguration: () => loadEnvironments(environmentSet(process.env.ENVIRONMENTS)),
  createClients: (region) => ({
    sts: new STSClient({ region }),
    // CreateKey is not idempotent: retried after a lost answer it would make a second key.
    kms: new KMSClient({ region, maxAttempts: 1 }),
    // A bucket of that name in another region is then found, and named as the problem it is.
    s3: new S3Client({ region, followRegionRedirects: true }),
    dynamodb: new DynamoDBClient({ region }),
  }),
  sleep: async (seconds) => {
    await setTimeout(seconds * 1000);
  },
  say: (line) => {
    console.log(line);
  },
  complain: (line) => {
    console.error(line);
  },
}).then((exitCode) => {
  process.exitCode = exitCode;
});
