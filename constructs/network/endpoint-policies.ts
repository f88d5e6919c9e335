import type { Deployment } from '../naming';
import { type PolicyStatement, policyDocument } from '../policy';

/**
 * The IAM prefix of the services whose interface endpoints get a policy. Others keep AWS's own, which allows everything:
 * not every service accepts one.
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
 */
const IAM_PREFIX: Readonly<Record<string, string>> = {
  secretsmanager: 'secretsmanager',
  kms: 'kms',
  logs: 'logs',
  sts: 'sts',
  ssm: 'ssm',
  sns: 'sns',
  sqs: 'sqs',
  states: 'states',
  monitoring: 'cloudwatch',
  dms: 'dms',
  lambda: 'lambda',
  'ecr.api': 'ecr',
  'ecr.dkr': 'ecr',
};

const EVERYBODY = { '*': ['*'] };

/** Whoever gets into the VPC with credentials of another account cannot use them to carry data out. */
const ownPrincipals = (deployment: Deployment): Record<string, string> => ({
  'aws:PrincipalAccount': deployment.accountId,
});

/** The policy of a service's interface endpoint: this account's principals only. Undefined where AWS's own stays. */
export function interfaceEndpointPolicy(deployment: Deployment, service: string): string | undefined {
  const prefix = IAM_PREFIX[service];
  if (prefix === undefined) return undefined;
  return policyDocument([
    {
      sid: 'OwnPrincipals',
      principals: EVERYBODY,
      actions: [`${prefix}:*`],
      // An endpoint carries calls without a resource too; which resource is IAM's question.
      resources: ['*'],
      conditions: { StringEquals: ownPrincipals(deployment) },
    },
  ]);
}

/**
 * The policy of the S3 gateway endpoint: this account's principals and buckets, and, where containers start, the bucket
 * that AWS keeps the layers of container images in.
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 */
export function s3EndpointPolicy(deployment: Deployment, pullsContainerImages: boolean): string {
  const layers: PolicyStatement = {
    sid: 'ContainerImageLayers',
    principals: EVERYBODY,
    actions: ['s3:GetObject'],
    resources: [`arn:aws:s3:::prod-${deployment.region}-starport-layer-bucket/*`],
  };
  return policyDocument([
    {
      sid: 'OwnPrincipalsAndBuckets',
      principals: EVERYBODY,
      actions: ['s3:*'],
      // A bucket's ARN has no account in it: the condition has.
      resources: ['arn:aws:s3:::*'],
      conditions: { StringEquals: { ...ownPrincipals(deployment), 'aws:ResourceAccount': deployment.accountId } },
    },
    ...(pullsContainerImages ? [layers] : []),
  ]);
}

/** The policy of the DynamoDB gateway endpoint: this account's principals and tables. */
export function dynamodbEndpointPolicy(deployment: Deployment): string {
  return policyDocument([
    {
      sid: 'OwnPrincipalsAndTables',
      principals: EVERYBODY,
      actions: ['dynamodb:*'],
      resources: [deployment.arn('dynamodb', '*')],
      conditions: { StringEquals: ownPrincipals(deployment) },
    },
  ]);
}
