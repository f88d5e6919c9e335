// A DynamoDB in a process of its own: prints where it answers, and ends with its parent.
import { startDynamoDb } from '../../__tests__/support/dynamodb';

process.stdin.resume().on('close', () => process.exit(0));
startDynamoDb().then(
  ({ endpoint }) => process.stdout.write(`${endpoint}\n`),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
