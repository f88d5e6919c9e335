import { DmsEventSubscription } from '@cdktf/provider-aws/lib/dms-event-subscription';
import { Construct } from 'constructs';
import { Deployment } from '../naming';

export interface DmsEventsProps {
  /** The topic that is told. Its policy must let `dms.amazonaws.com` publish, its key too. */
  readonly topicArn: string;
  readonly replicationInstanceId: string;
  readonly replicationTaskIds: readonly string[];
}

/**
 * Tells a topic when the replication instance or a task fails or goes away. A task that is merely stopped is no event
 * here: the orchestrator stops tasks, and an alarm on latency finds one that should run.
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Events.html
 */
export class DmsEvents extends Construct {
  constructor(scope: Construct, id: string, props: DmsEventsProps) {
    super(scope, id);
    const deployment = Deployment.of(this);
    new DmsEventSubscription(this, 'Instance', {
      name: deployment.name('replication-instance-events', 'dms-resource'),
      snsTopicArn: props.topicArn,
      sourceType: 'replication-instance',
      sourceIds: [props.replicationInstanceId],
      eventCategories: ['deletion', 'failover', 'failure', 'low storage', 'maintenance'],
      enabled: true,
    });
    new DmsEventSubscription(this, 'Tasks', {
      name: deployment.name('replication-task-events', 'dms-resource'),
      snsTopicArn: props.topicArn,
      sourceType: 'replication-task',
      sourceIds: [...props.replicationTaskIds],
      eventCategories: ['deletion', 'failure'],
      enabled: true,
    });
  }
}
