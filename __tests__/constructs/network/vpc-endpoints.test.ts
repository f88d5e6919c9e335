import { describe, expect, test } from '@jest/globals';
import { SecurityGroup } from '../../../constructs/network/security-group';
import { parsePolicy, synthesize, type Json } from '../../support/template';
import { createNetwork, logsKey, synthesizeNetwork } from './network-fixture';

const ENDPOINT = 'aws_vpc_endpoint';
const template = synthesizeNetwork();
const interfaces = (from = template): string[] =>
  from.list(ENDPOINT, { vpc_endpoint_type: 'Interface' }).map((endpoint) => String(endpoint['service_name']));
const endpoint = (service: string, from = template): Json =>
  from.resource(ENDPOINT, { service_name: `com.amazonaws.us-east-1.${service}` });
const statements = (service: string, from = template): Json[] =>
  parsePolicy(endpoint(service, from)['policy']).Statement;

describe('the gateway endpoints', () => {
  test.each([
    ['s3', 'S3'],
    ['dynamodb', 'Dynamodb'],
  ])('of %s serve the private subnets of every zone', (service, id) => {
    expect(endpoint(service)).toMatchObject({
      vpc_endpoint_type: 'Gateway',
      tags: { Name: `${service}-endpoint-test` },
    });
    expect(endpoint(service)).not.toHaveProperty('route_table_ids');
    const associations = template
      .list('aws_vpc_endpoint_route_table_association')
      .filter((one) => String(one['vpc_endpoint_id']).includes(`Network_Endpoints_${id}_`));
    expect(associations.map((one) => one['route_table_id'])).toEqual(
      ['a', 'b', 'c'].map((letter) => expect.stringMatching(`Network_Routes_Private-us-east-1${letter}_`)),
    );
  });

  test('carry requests of this account to its own buckets and tables only', () => {
    expect(statements('s3')).toEqual([
      {
        Sid: 'OwnPrincipalsAndBuckets',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:*',
        Resource: 'arn:aws:s3:::*',
        Condition: {
          StringEquals: { 'aws:PrincipalAccount': '111111111111', 'aws:ResourceAccount': '111111111111' },
        },
      },
    ]);
    expect(statements('dynamodb')).toEqual([
      {
        Sid: 'OwnPrincipalsAndTables',
        Effect: 'Allow',
        Principal: '*',
        Action: 'dynamodb:*',
        Resource: 'arn:aws:dynamodb:us-east-1:111111111111:*',
        Condition: { StringEquals: { 'aws:PrincipalAccount': '111111111111' } },
      },
    ]);
  });
});

describe('the interface endpoints', () => {
  test('are by default those that functions and DMS call', () => {
    expect(interfaces()).toEqual(
      ['kms', 'logs', 'monitoring', 'secretsmanager', 'sns', 'sqs', 'ssm', 'states', 'sts'].map(
        (service) => `com.amazonaws.us-east-1.${service}`,
      ),
    );
  });

  test('answer under the public names, in every private subnet, behind their security group', () => {
    expect(endpoint('secretsmanager')).toMatchObject({
      vpc_id: expect.stringMatching(/Network_Vpc_/),
      private_dns_enabled: true,
      subnet_ids: ['a', 'b', 'c'].map((letter) => expect.stringMatching(`Network_Private_Subnet-us-east-1${letter}_`)),
      security_group_ids: [expect.stringMatching(/Network_Endpoints_SecurityGroup_/)],
      tags: { Name: 'secretsmanager-endpoint-test' },
    });
  });

  test.each([
    ['secretsmanager', 'secretsmanager:*'],
    ['monitoring', 'cloudwatch:*'],
    ['dms', 'dms:*'],
    ['lambda', 'lambda:*'],
  ])('of %s carry requests of this account only', (service, action) => {
    const services = ['secretsmanager', 'monitoring', 'dms', 'lambda'];
    expect(statements(service, synthesizeNetwork({ interfaceEndpoints: services }))).toEqual([
      {
        Sid: 'OwnPrincipals',
        Effect: 'Allow',
        Principal: '*',
        Action: action,
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalAccount': '111111111111' } },
      },
    ]);
  });

  test('each have a policy by default', () => {
    const all = template.list(ENDPOINT, { vpc_endpoint_type: 'Interface' });
    expect(all.filter(({ policy }) => typeof policy === 'string')).toHaveLength(all.length);
  });

  test('can be others, once each, with the policy of AWS where the service is unknown', () => {
    const some = synthesizeNetwork({ interfaceEndpoints: ['sqs', 'execute-api', 'sqs'] });
    expect(interfaces(some)).toEqual(['com.amazonaws.us-east-1.execute-api', 'com.amazonaws.us-east-1.sqs']);
    expect(endpoint('execute-api', some)).not.toHaveProperty('policy');
  });

  test('can be none', () => {
    expect(interfaces(synthesizeNetwork({ interfaceEndpoints: [] }))).toEqual([]);
  });
});

describe('with containers', () => {
  const containers = synthesizeNetwork({ pullsContainerImages: true, interfaceEndpoints: ['kms', 'ecr.api'] });

  test('there are the two endpoints of ECR, once each', () => {
    expect(interfaces(containers)).toEqual([
      'com.amazonaws.us-east-1.ecr.api',
      'com.amazonaws.us-east-1.ecr.dkr',
      'com.amazonaws.us-east-1.kms',
    ]);
    expect(['ecr.api', 'ecr.dkr'].map((service) => statements(service, containers)[0]?.['Action'])).toEqual([
      'ecr:*',
      'ecr:*',
    ]);
    expect(endpoint('ecr.api', containers)['tags']).toEqual({ Name: 'ecr-api-endpoint-test' });
  });

  test('layers of images come from the bucket of ECR', () => {
    expect(statements('s3', containers)[1]).toEqual({
      Sid: 'ContainerImageLayers',
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*',
    });
  });
});

test('a caller asks for the endpoints, and reaches S3 and DynamoDB by their prefix lists', () => {
  const asked = synthesize((stack) => {
    const network = createNetwork(stack, logsKey(stack));
    const caller = new SecurityGroup(stack, 'Caller', { vpcId: network.vpcId, component: 'caller', description: 'x' });
    network.endpoints.allowFrom(caller, { from: 443 }, 'secrets');
    caller.allowTo({ name: 's3', prefixListId: network.s3PrefixListId }, { from: 443 }, 'objects');
    caller.allowTo({ name: 'dynamodb', prefixListId: network.dynamodbPrefixListId }, { from: 443 }, 'items');
  });
  expect(asked.resource('aws_security_group', { name: 'endpoints-sg-test' })).toMatchObject({
    description: 'Interface endpoints of AWS services',
  });
  expect(asked.resource('aws_vpc_security_group_ingress_rule')).toMatchObject({
    security_group_id: expect.stringMatching(/Network_Endpoints_SecurityGroup_/),
    from_port: 443,
  });
  expect(
    asked
      .list('aws_vpc_security_group_egress_rule')
      .map((rule) => rule['prefix_list_id'])
      .filter((id) => id !== undefined),
  ).toEqual([
    expect.stringMatching(/^\$\{aws_vpc_endpoint\.Network_Endpoints_Dynamodb_\w+\.prefix_list_id\}$/),
    expect.stringMatching(/^\$\{aws_vpc_endpoint\.Network_Endpoints_S3_\w+\.prefix_list_id\}$/),
  ]);
});
