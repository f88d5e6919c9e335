import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import type { Construct } from 'constructs';
import { NotificationTopic } from '../../constructs/compute';
import { Deployment } from '../../constructs/naming';
import type { Grantee } from '../../constructs/policy';
import { AuditBucket, MigrationStateTable, TransactionsTable } from '../../constructs/storage';
import type { Environment } from '../configuration';
import type { Foundations } from './foundations';

/** What payments are kept in, and what is told of those that fail. */
export interface PaymentStores {
  readonly transactions: TransactionsTable;
  readonly migrationState: MigrationStateTable;
  readonly auditBucket: AuditBucket;
  readonly failedTransactions: NotificationTopic;
  readonly systemErrors: NotificationTopic;
  readonly fraudRules: FraudRulesParameter;
}

/** The parameter with the fraud rules. */
export interface FraudRulesParameter {
  readonly parameterName: string;
  /** Lets a role read it. */
  grantRead(grantee: Grantee): void;
}

/** Creates the tables, the audit bucket, the topics of failures and the fraud rules. */
export function addPaymentStores(scope: Construct, environment: Environment, { keys }: Foundations): PaymentStores {
  const { audit, logRetentionDays, onPremises } = environment;
  return {
    transactions: new TransactionsTable(scope, 'Transactions', { encryptionKey: keys.dynamodb }),
    migrationState: new MigrationStateTable(scope, 'MigrationState', {
      encryptionKey: keys.dynamodb,
      // Where there is no other side, there is nothing to hand over.
      initialAuthority: onPremises === undefined ? 'aurora' : 'on-prem',
    }),
    auditBucket: new AuditBucket(scope, 'Audit', {
      ...audit,
      encryptionKey: keys.audit,
      accessLogRetentionDays: logRetentionDays,
    }),
    failedTransactions: new NotificationTopic(scope, 'FailedTransactions', {
      component: 'failed-transactions',
      encryptionKey: keys.topics,
    }),
    systemErrors: new NotificationTopic(scope, 'SystemErrors', {
      component: 'system-errors',
      encryptionKey: keys.topics,
    }),
    fraudRules: addFraudRules(scope, environment),
  };
}

/** The most that a parameter of the standard tier holds, in bytes; the advanced one costs. */
const STANDARD_BYTES = 4096;

function addFraudRules(scope: Construct, { fraudDetection }: Environment): FraudRulesParameter {
  const insecureValue = JSON.stringify(fraudDetection.rules);
  // The environment's file owns the rules: what somebody changes in the console the next deployment takes back.
  const { name: parameterName, arn } = new SsmParameter(scope, 'FraudRules', {
    name: Deployment.of(scope).parameterName('fraud-rules'),
    description: 'The rules by which fraud-detection screens payments; it reads them anew every few minutes.',
    type: 'String',
    tier: Buffer.byteLength(insecureValue) > STANDARD_BYTES ? 'Advanced' : 'Standard',
    insecureValue,
  });
  return {
    parameterName,
    grantRead: (grantee) => {
      grantee.addStatements({ actions: ['ssm:GetParameter'], resources: [arn] });
    },
  };
}
