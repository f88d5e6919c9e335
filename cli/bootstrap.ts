// npm run bootstrap -- --environment prod [--dry-run]
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { runCommand } from './bootstrap/command';
import { runAsProcess } from './shared/process';

runAsProcess(runCommand, (region) => ({
  sts: new STSClient({ region }),
  // CreateKey is not idempotent: retried after a lost answer it would make a second key.
  kms: new KMSClient({ region, maxAttempts: 1 }),
  // A bucket of that name in another region is then found, and named as the problem it is.
  s3: new S3Client({ region, followRegionRedirects: true }),
  dynamodb: new DynamoDBClient({ region }),
}));
