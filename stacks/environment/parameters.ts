import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { Construct } from 'constructs';
import type { AuroraCluster } from '../../constructs/database';
import { Deployment } from '../../constructs/naming';
import type { TransactionsTable } from '../../constructs/storage';
import type { Environment } from '../configuration';

/** Where the values of the parameters come from. */
export interface ParameterSources {
  readonly environment: Environment;
  readonly database: AuroraCluster;
  readonly transactions: TransactionsTable;
}

/**
 * The outputs that applications read when they run, as SSM parameters `/<project>/<suffix>/<key>`: an application needs
 * neither Terraform's state nor another release when an endpoint changes. None of them is a secret.
 */
export function addParameters(scope: Construct, { environment, database, transactions }: ParameterSources): void {
  const parameters = new Construct(scope, 'Parameters');
  const add = (id: string, key: string, description: string, value: string): SsmParameter =>
    new SsmParameter(parameters, id, {
      name: Deployment.of(parameters).parameterName(key),
      description,
      type: 'String',
      // Not `value`, which the provider hides in every plan as if it were a secret.
      insecureValue: value,
    });
  add(
    'ApiEndpoint',
    'api-endpoint',
    'Where clients reach the payment API, on either side.',
    `https://${environment.dns.apiHostName}`,
  );
  add('DbEndpoint', 'db-endpoint', "The writer's host name of the Aurora cluster.", database.endpoint);
  add('TableName', 'table-name', 'The table of the payments that were accepted.', transactions.tableName);
}
