// npm run promote -- --environment prod [--dry-run]
import { setTimeout } from 'node:timers/promises';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import { environmentSet, loadEnvironments } from '../environments';
import { runCommand } from './promote/command';

void runCommand(process.argv.slice(2), {
  loadConfiguration: () => loadEnvironments(environmentSet(process.env.ENVIRONMENTS)),
  createClients: (region) => ({ sts: new STSClient({ region }), lambda: new LambdaClient({ region }) }),
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
