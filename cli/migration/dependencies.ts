import type { Route53Client } from '@aws-sdk/client-route-53';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { CommandDependencies, Say, Sleep } from '../shared/command';
import type { MigrationTarget } from './target';

export interface MigrationClients {
  readonly sts: STSClient;
  readonly dynamodb: DynamoDBDocumentClient;
  readonly sfn: SFNClient;
  readonly ssm: SSMClient;
  readonly route53: Route53Client;
}

/** Asks the person at the terminal, and answers what they type. */
export type Ask = (question: string) => Promise<string>;

/** Waits for something, but not for ever. @returns nothing when it takes longer */
export type Within = <Result>(seconds: number, work: Promise<Result>) => Promise<Result | undefined>;

/** What only this command needs from outside. */
export interface MigrationSurroundings {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly within: Within;
  /** @default nobody is there to be asked: input is no terminal */
  readonly ask?: Ask;
}

export type MigrationDependencies = CommandDependencies<MigrationClients> & MigrationSurroundings;

/** What the action of one command works with. */
export interface Operation extends MigrationSurroundings {
  readonly target: MigrationTarget;
  readonly clients: MigrationClients;
  readonly sleep: Sleep;
  readonly say: Say;
  /** Takes one line of what went wrong. */
  readonly complain: Say;
}
