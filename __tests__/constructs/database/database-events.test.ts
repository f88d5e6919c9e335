import { describe, expect, test } from '@jest/globals';
import { DatabaseEvents } from '../../../constructs/database';
import { synthesize } from '../../support/template';

const CRITICAL = 'arn:aws:sns:us-east-1:111111111111:critical-test';
const WARNING = 'arn:aws:sns:us-east-1:111111111111:warning-test';

const template = synthesize((stack) => {
  new DatabaseEvents(stack, 'Events', {
    failureTopicArn: CRITICAL,
    noticeTopicArn: WARNING,
    clusterIdentifier: 'aurora-cluster-test',
    instanceIdentifiers: ['aurora-writer-test', 'aurora-reader-1-test'],
  });
});

describe('the events of the database', () => {
  test.each([
    ['aurora-cluster-failures-test', CRITICAL, 'db-cluster', ['failover', 'failure']],
    ['aurora-cluster-notices-test', WARNING, 'db-cluster', ['deletion', 'maintenance', 'notification']],
    ['aurora-instance-failures-test', CRITICAL, 'db-instance', ['failure', 'low storage']],
    [
      'aurora-instance-notices-test',
      WARNING,
      'db-instance',
      ['availability', 'deletion', 'maintenance', 'notification', 'recovery'],
    ],
  ])('%s go to %s', (name, topic, sourceType, eventCategories) => {
    expect(template.resource('aws_db_event_subscription', { name })).toMatchObject({
      name,
      sns_topic: topic,
      source_type: sourceType,
      source_ids:
        sourceType === 'db-cluster' ? ['aurora-cluster-test'] : ['aurora-writer-test', 'aurora-reader-1-test'],
      event_categories: eventCategories,
    });
  });

  test('are told by nothing else', () => {
    expect(template.list('aws_db_event_subscription')).toHaveLength(4);
  });
});
