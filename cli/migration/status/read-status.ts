import type { MigrationRecord } from '../../../lambda/shared/authority/migration-authority';
import { RecordReader } from '../../../lambda/shared/authority/record-reader';
import { DynamoDbEstimateBoard } from '../../../lambda/shared/migration/dynamodb-estimate-board';
import { DynamoDbProgressBoard } from '../../../lambda/shared/migration/dynamodb-progress-board';
import type { Progress } from '../../../lambda/shared/migration/progress';
import type { RollbackEstimate } from '../../../lambda/shared/migration/rollback-estimate';
import type { Clearance } from '../../../lambda/shared/traffic/clearance';
import { Route53Traffic } from '../../../lambda/shared/traffic/route53-traffic';
import { SsmClearanceParameter } from '../../../lambda/shared/traffic/ssm-clearance-parameter';
import type { Weights } from '../../../lambda/shared/traffic/traffic';
import type { Operation } from '../dependencies';
import { explain } from '../errors';
import { Executions, type RunningExecution } from '../executions';

/** What was read, or why it could not be. */
export type Reading<Value> = { readonly value: Value } | { readonly problem: string };

/** Everything that tells where a migration stands. Each part is read by itself: one that cannot be hides no other. */
export interface Status {
  readonly environment: string;
  /** When it was read, in milliseconds since 1970. */
  readonly at: number;
  /** Who may write, lease, freeze and what shall be the clearance. */
  readonly authority: Reading<MigrationRecord>;
  readonly progress: Reading<Progress | undefined>;
  readonly running: Reading<readonly RunningExecution[]>;
  /** As Route 53 answers now. */
  readonly weights: Reading<Weights>;
  /** The parameter, by which Terraform goes. */
  readonly clearance: Reading<Clearance>;
  /** How long a rollback would take, as measured last. */
  readonly estimate: Reading<RollbackEstimate | undefined>;
}

type Reader = Pick<Operation, 'target' | 'clients' | 'now' | 'sleep'>;

export async function readStatus(reader: Reader): Promise<Status> {
  const { target, clients, now } = reader;
  const { dynamodb, sfn, ssm } = clients;
  const traffic = new Route53Traffic(clients.route53, { ...target, clock: clockOf(reader) });
  const [authority, progress, running, weights, clearance, estimate] = await Promise.all([
    reading(target, () => new RecordReader(dynamodb, target.stateTable).record()),
    readProgress(reader),
    reading(target, () => new Executions(sfn, target).running()),
    reading(target, () => traffic.read()),
    reading(target, () => new SsmClearanceParameter(ssm, target.clearanceParameter).read()),
    readEstimate(reader),
  ]);
  return { environment: target.environment, at: now(), authority, progress, running, weights, clearance, estimate };
}

export const readProgress = (reader: Reader): Promise<Reading<Progress | undefined>> =>
  reading(reader.target, () =>
    new DynamoDbProgressBoard(reader.clients.dynamodb, reader.target.stateTable, reader).read(),
  );

export const readEstimate = ({ target, clients }: Reader): Promise<Reading<RollbackEstimate | undefined>> =>
  reading(target, () => new DynamoDbEstimateBoard(clients.dynamodb, target.stateTable).read());

/** Reads something, or tells why it cannot be read. */
export async function reading<Value>(target: Reader['target'], read: () => Promise<Value>): Promise<Reading<Value>> {
  try {
    return { value: await read() };
  } catch (error) {
    return { problem: explain(error, target) };
  }
}

const clockOf = ({ now, sleep }: Reader) => ({ now, sleep: (milliseconds: number) => sleep(milliseconds / 1000) });

/** What was read; nothing where it could not be. */
export const known = <Value>(reading: Reading<Value>): Value | undefined =>
  'value' in reading ? reading.value : undefined;
