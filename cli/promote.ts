// npm run promote -- --environment prod [--dry-run]
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import { runCommand } from './promote/command';
import { runAsProcess } from './shared/process';

runAsProcess(runCommand, (region) => ({ sts: new STSClient({ region }), lambda: new LambdaClient({ region }) }));
