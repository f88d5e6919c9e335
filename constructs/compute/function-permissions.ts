import type { PolicyStatement } from '../policy';

/** Lets a function write to its own log group, which exists already. */
export const writeLogs = (logGroupArn: string): PolicyStatement => ({
  sid: 'WriteOwnLogs',
  actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  resources: [`${logGroupArn}:*`],
});

/** Lets a function send traces; X-Ray has no resource-level permissions for that. */
export const sendTraces: PolicyStatement = {
  sid: 'SendTraces',
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resources: ['*'],
};

const NETWORK_INTERFACE_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
] as const;

/**
 * Lets Lambda attach a function to its VPC, but not the function's own code: requests from the code carry the function's
 * ARN, requests of the service do not. AWS wants these actions on `*`: the interfaces do not exist before.
 * @param functionArn written out: a reference would make the function wait for its own permission
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export const attachToVpc = (functionArn: string): readonly PolicyStatement[] => [
  { sid: 'LambdaAttachesToVpc', actions: NETWORK_INTERFACE_ACTIONS, resources: ['*'] },
  {
    sid: 'CodeDoesNotUseInterfaces',
    effect: 'Deny',
    actions: NETWORK_INTERFACE_ACTIONS,
    resources: ['*'],
    conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
  },
];
