import { DbEventSubscription } from '@cdktf/provider-aws/lib/db-event-subscription';
import { Construct } from 'constructs';
import { Deployment } from '../naming';

export interface DatabaseEventsProps {
  /** The topic that is told when the database fails. Its policy must let `events.rds.amazonaws.com` publish, its key too. */
  readonly failureTopicArn: string;
  /** The topic that is told what somebody should know, but not at night. The same policies apply. */
  readonly noticeTopicArn: string;
  readonly clusterIdentifier: string;
  readonly instanceIdentifiers: readonly string[];
}

/** The subscriptions by id: what they are called, what they listen to, and who is told. */
const SUBSCRIPTIONS = [
  {
    id: 'ClusterFailures',
    component: 'aurora-cluster-failures',
    sourceType: 'db-cluster',
    topic: 'failureTopicArn',
    eventCategories: ['failover', 'failure'],
  },
  {
    id: 'ClusterNotices',
    component: 'aurora-cluster-notices',
    sourceType: 'db-cluster',
    topic: 'noticeTopicArn',
    eventCategories: ['deletion', 'maintenance', 'notification'],
  },
  {
    id: 'InstanceFailures',
    component: 'aurora-instance-failures',
    sourceType: 'db-instance',
    topic: 'failureTopicArn',
    eventCategories: ['failure', 'low storage'],
  },
  {
    id: 'InstanceNotices',
    component: 'aurora-instance-notices',
    sourceType: 'db-instance',
    topic: 'noticeTopicArn',
    // A restart is `availability`: after a failover, or because the instance ran out of memory.
    eventCategories: ['availability', 'deletion', 'maintenance', 'notification', 'recovery'],
  },
] as const;

/**
 * Tells topics what RDS does and what happens to the cluster and its instances, which no metric shows: a failover, a
 * maintenance that is due, a restart. Backups, and changes that Terraform makes itself, are left out.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
 */
export class DatabaseEvents extends Construct {
  constructor(scope: Construct, id: string, props: DatabaseEventsProps) {
    super(scope, id);
    const deployment = Deployment.of(this);
    for (const subscription of SUBSCRIPTIONS) {
      const { sourceType, eventCategories } = subscription;
      new DbEventSubscription(this, subscription.id, {
        name: deployment.name(subscription.component),
        snsTopic: props[subscription.topic],
        sourceType,
        sourceIds: sourceType === 'db-cluster' ? [props.clusterIdentifier] : [...props.instanceIdentifiers],
        eventCategories: [...eventCategories],
      });
    }
  }
}
