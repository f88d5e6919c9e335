import { LambdaInvocation } from '@cdktf/provider-aws/lib/lambda-invocation';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { NodeFunction } from '../compute';
import type { DatabaseCredentials } from './database-credentials';
import { databaseFunction, type DatabaseFunctionProps, whatItNeeds } from './database-function';

/** The parts of the ledger's schema: what a full load needs, and what would slow or stop it. */
export const SCHEMA_PARTS = ['pre-data', 'post-data'] as const;

export type SchemaPart = (typeof SCHEMA_PARTS)[number];

export interface LedgerMigrationProps extends DatabaseFunctionProps {
  /** What the payment path books with. */
  readonly writer: DatabaseCredentials;
  /** What the payment path reads with. */
  readonly reader: DatabaseCredentials;
  /**
   * What DMS writes with.
   * @default nothing is replicated to this database
   */
  readonly replication?: DatabaseCredentials;
  /**
   * What DMS reads with, on the way back.
   * @default nothing is replicated from this database
   */
  readonly capture?: DatabaseCredentials;
  /**
   * What the cutover opens and closes the database with.
   * @default there is no cutover
   */
  readonly migrator?: DatabaseCredentials;
  /**
   * The schemas that are replicated. Those beside the ledger's are given rights and the fence in each run that finds them.
   * @default the ledger's alone
   */
  readonly replicatedSchemas?: readonly string[];
  /**
   * The parts that a deployment applies: without post-data where DMS loads the tables, because indexes, foreign keys and
   * triggers come after the full load.
   */
  readonly parts: readonly SchemaPart[];
  /**
   * What the way to the database and to Secrets Manager needs besides security groups: a run waits for it.
   * @default it is all there
   */
  readonly networkDependencies?: readonly ITerraformDependable[];
  /** Which side may be written before anything was moved: `aurora` opens this database when its row is created. */
  readonly initialAuthority: 'on-prem' | 'aurora';
}

/**
 * The function `ledger-migration`, which brings Aurora to the schema of this release and gives its roles the passwords that
 * their secrets hold, and its run in each deployment that changes the code, the parts, the database, a secret or
 * what is replicated. A run that
 * fails fails the deployment; every run may be repeated. Its answer, which the state keeps, holds no secret.
 */
export class LedgerMigration extends Construct {
  readonly function: NodeFunction;
  /** The run of this deployment: whoever needs schema, roles or working credentials waits for it. */
  readonly run: ITerraformDependable;

  constructor(scope: Construct, id: string, props: LedgerMigrationProps) {
    super(scope, id);
    const { database, writer, reader, replication, capture, migrator, replicatedSchemas } = props;
    const credentials = [writer, reader, replication, capture, migrator].filter((each) => each !== undefined);
    this.function = databaseFunction(this, 'Function', props, {
      component: 'ledger-migration',
      description: 'Applies the schema of the ledger to Aurora and provides its roles.',
      memorySizeMib: 512,
      // As long as Lambda allows: an index on a ledger that is in use takes its time.
      timeoutSeconds: 900,
    });
    this.function.addEnvironment({
      LEDGER_SIDE: 'aurora',
      INITIAL_AUTHORITY: props.initialAuthority,
      DATABASE_HOST: database.endpoint,
      DATABASE_PORT: `${database.port}`,
      DATABASE_NAME: database.databaseName,
      AURORA_SECRET_ARN: writer.secretArn,
      AURORA_READ_SECRET_ARN: reader.secretArn,
      ...(replication === undefined ? {} : { DMS_TARGET_SECRET_ARN: replication.secretArn }),
      ...(capture === undefined ? {} : { DMS_CAPTURE_SECRET_ARN: capture.secretArn }),
      ...(migrator === undefined ? {} : { AURORA_MIGRATOR_SECRET_ARN: migrator.secretArn }),
      ...(replicatedSchemas === undefined ? {} : { REPLICATED_SCHEMAS: replicatedSchemas.join(',') }),
    });
    credentials.forEach((secret) => {
      secret.grantRead(this.function.role);
    });
    this.run = new LambdaInvocation(this, 'Run', {
      functionName: this.function.functionName,
      input: JSON.stringify({ parts: props.parts }),
      triggers: {
        code: this.function.codeSha256,
        database: database.clusterResourceId,
        secrets: credentials.map(({ secretArn }) => secretArn).join(' '),
        ...(replicatedSchemas === undefined ? {} : { schemas: replicatedSchemas.join(' ') }),
      },
      dependsOn: [
        ...whatItNeeds(this.function, props),
        ...(props.networkDependencies ?? []),
        ...credentials.map(({ firstVersion }) => firstVersion),
      ],
    });
    database.rotateMasterSecretAfter(this.run);
  }
}
