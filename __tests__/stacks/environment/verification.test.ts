import { describe, expect, test } from '@jest/globals';
import { dev } from '../../../environments/dev';
import { prod } from '../../../environments/prod';
import { REQUIRED_ENVIRONMENT } from '../../../lambda/migration-validation/environment';
import { edited } from '../../support/environments';
import { stackOf } from '../../support/stacks';
import { problemsOf } from '../../support/state-machine-rules';
import type { Json, Template } from '../../support/template';

const replicating = stackOf(prod);
const withoutReplication = stackOf(edited(dev, { replication: undefined, cutover: undefined }));

const variables = (template: Template): Json =>
  (
    template.resource('aws_lambda_function', { function_name: 'migration-validation-prod' })['environment'] as {
      variables: Json;
    }
  ).variables;

const definition = (template: Template): { States: Record<string, Json> } =>
  JSON.parse(String(template.resource('aws_sfn_state_machine', { name: 'comparison-prod' })['definition'])) as {
    States: Record<string, Json>;
  };

describe('the comparison of the databases', () => {
  test('is there only where one is replicated to the other', () => {
    expect(Object.keys(replicating.block('output'))).toEqual(
      expect.arrayContaining(['comparison_state_machine_arn', 'comparison_bucket']),
    );
    expect(withoutReplication.list('aws_sfn_state_machine')).toEqual([]);
    expect(JSON.stringify(withoutReplication.json)).not.toContain('migration-validation');
    expect(Object.keys(withoutReplication.block('output')).filter((name) => name.startsWith('comparison'))).toEqual([]);
  });

  test('gives the function what it reads, and the defaults of a comparison', () => {
    expect(Object.keys(variables(replicating)).sort()).toEqual([...REQUIRED_ENVIRONMENT].sort());
    expect(variables(replicating)).toMatchObject({
      ROWS_PER_CHUNK: '500000',
      STATEMENT_TIMEOUT_SECONDS: '120',
      SETTLE_SECONDS: '30',
      AURORA_READ_SECRET_ARN: expect.stringMatching(/LedgerSecrets_AuroraRead_Secret/),
      ONPREM_READ_SECRET_ARN: expect.stringMatching(/LedgerSecrets_OnPremRead_Secret/),
    });
    expect(replicating.resource('aws_lambda_function', { function_name: 'migration-validation-prod' })).toMatchObject({
      timeout: 900,
      memory_size: 512,
    });
  });

  test('is a state machine by the rules, bounded as the environment says', () => {
    const bound = (template: Template): unknown => {
      const { MaxConcurrency, ItemBatcher } = definition(template).States['Compare chunks'] ?? {};
      return [MaxConcurrency, (ItemBatcher as Json)['MaxItemsPerBatch']];
    };
    expect(problemsOf(definition(replicating))).toEqual([]);
    expect(bound(replicating)).toEqual([4, 10]);
    const other = stackOf(
      edited(prod, { verification: { maxConcurrency: 32, chunksPerBatch: 5, rowsPerChunk: 1000 } }),
    );
    expect(bound(other)).toEqual([32, 5]);
    expect(variables(other)).toMatchObject({ ROWS_PER_CHUNK: '1000' });
  });

  test('reaches both databases, the interface endpoints, S3 and DynamoDB, nothing else', () => {
    const [group = ''] = Object.keys(replicating.resources('aws_security_group')).filter((id) =>
      id.startsWith('MigrationValidation_'),
    );
    const egress = replicating
      .list('aws_vpc_security_group_egress_rule')
      .filter(({ security_group_id: of }) => String(of).includes(group));
    expect(
      egress
        .map((rule) => {
          const to = rule['referenced_security_group_id'] ?? rule['prefix_list_id'] ?? rule['cidr_ipv4'];
          return [String(to).replace(/^\$\{\w+\.(\w+?)_[0-9A-F]{8}.*$/, '$1'), rule['from_port']];
        })
        .sort(),
    ).toEqual([
      ['192.168.10.20/32', 5432],
      ['Database_SecurityGroup', 5432],
      ['Network_Endpoints_Dynamodb', 443],
      ['Network_Endpoints_S3', 443],
      ['Network_Endpoints_SecurityGroup', 443],
    ]);
  });

  test('is watched', () => {
    expect(
      replicating.resource('aws_cloudwatch_metric_alarm', { alarm_name: 'comparison-not-equal-prod' }),
    ).toBeDefined();
    expect(
      replicating.list('aws_cloudwatch_metric_alarm', { alarm_name: 'function-errors-migration-validation-prod' }),
    ).toHaveLength(1);
  });
});
