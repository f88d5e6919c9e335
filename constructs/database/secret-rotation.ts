import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { SecretsmanagerSecretRotation } from '@cdktf/provider-aws/lib/secretsmanager-secret-rotation';
import { Construct } from 'constructs';
import type { NodeFunction } from '../compute';
import { Deployment } from '../naming';
import type { DatabaseCredentials } from './database-credentials';
import { databaseFunction, type DatabaseFunctionProps, whatItNeeds } from './database-function';
import type { LedgerMigration } from './ledger-migration';

export interface SecretRotationProps extends DatabaseFunctionProps {
  /** The credentials to rotate, by the construct ids of their schedules. */
  readonly credentials: Readonly<Record<string, DatabaseCredentials>>;
  /** What makes the first credentials work. */
  readonly migration: LedgerMigration;
  /**
   * How often a secret is rotated, in days: 1 to 1000.
   * @default 30
   * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html
   */
  readonly rotationDays?: number;
}

/**
 * The function `db-secret-rotation` and the schedules on which Secrets Manager calls it: two users take turns, so that no
 * connection breaks. A schedule begins only when the first credentials work, and without a rotation at once: Secrets Manager
 * then only runs the step `testSecret`, on a version that it makes for this and removes again.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
 */
export class SecretRotation extends Construct {
  readonly function: NodeFunction;

  /** @throws Error when the days are out of range */
  constructor(scope: Construct, id: string, props: SecretRotationProps) {
    super(scope, id);
    const automaticallyAfterDays = props.rotationDays ?? 30;
    requireDays(automaticallyAfterDays);
    this.function = databaseFunction(this, 'Function', props, {
      component: 'db-secret-rotation',
      description: "Gives the ledger's roles on Aurora new passwords, in turns.",
      memorySizeMib: 512,
      timeoutSeconds: 60,
    });
    const permission = new LambdaPermission(this, 'Permission', {
      functionName: this.function.functionName,
      action: 'lambda:InvokeFunction',
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: Deployment.of(this).accountId,
    });
    for (const [key, secret] of Object.entries(props.credentials)) {
      secret.grantRotate(this.function.role);
      new SecretsmanagerSecretRotation(this, `${key}Schedule`, {
        secretId: secret.secretArn,
        rotationLambdaArn: this.function.functionArn,
        // The provider's default is true.
        rotateImmediately: false,
        rotationRules: { automaticallyAfterDays },
        dependsOn: [permission, ...whatItNeeds(this.function, props), secret.firstVersion, props.migration.run],
      });
    }
  }
}

function requireDays(days: number): void {
  if (Number.isInteger(days) && days >= 1 && days <= 1000) return;
  throw new Error(`rotationDays must be a whole number of days from 1 to 1000, got ${days}; choose one in that range`);
}
