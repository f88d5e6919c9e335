import { describe, expect, test } from '@jest/globals';
import { loadBalancerLogDelivery, serverAccessLogDelivery } from '../../../constructs/storage';

const bucket = { bucketArn: 'arn:aws:s3:::logs', accountId: '111111111111' };

describe('log delivery of load balancers', () => {
  test('is for the load balancers of one account and region, below their own prefix', () => {
    expect(loadBalancerLogDelivery({ ...bucket, region: 'eu-west-1', prefix: 'alb' })).toEqual({
      sid: 'LoadBalancersDeliverLogs',
      actions: ['s3:PutObject'],
      resources: ['arn:aws:s3:::logs/alb/AWSLogs/111111111111/*'],
      principals: { Service: ['logdelivery.elasticloadbalancing.amazonaws.com'] },
      conditions: {
        ArnLike: { 'aws:SourceArn': 'arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/*' },
      },
    });
  });

  test.each([undefined, ''])('goes to the root of the bucket with the prefix %p', (prefix) => {
    expect(loadBalancerLogDelivery({ ...bucket, region: 'eu-west-1', prefix }).resources).toEqual([
      'arn:aws:s3:::logs/AWSLogs/111111111111/*',
    ]);
  });
});

describe('delivery of server access logs', () => {
  test('is for one source bucket of one account', () => {
    expect(serverAccessLogDelivery({ ...bucket, sourceBucketArn: 'arn:aws:s3:::data', prefix: 'data' })).toEqual({
      actions: ['s3:PutObject'],
      resources: ['arn:aws:s3:::logs/data/*'],
      principals: { Service: ['logging.s3.amazonaws.com'] },
      conditions: {
        StringEquals: { 'aws:SourceAccount': '111111111111' },
        ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::data' },
      },
    });
  });

  test('goes to the root of the bucket without a prefix', () => {
    expect(serverAccessLogDelivery({ ...bucket, sourceBucketArn: 'arn:aws:s3:::data' }).resources).toEqual([
      'arn:aws:s3:::logs/*',
    ]);
  });
});
