import type { Attributes, Plan, ResourceChange } from './plan';

/** What a task is in while it does nothing. @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.Status.html */
const AT_REST = ['ready', 'stopped', 'failed', 'created', 'test', 'deleting'];

/**
 * The replication tasks that were at work when the plan read them, and what they use: ARNs. A task of which the plan does
 * not know what it does is taken to be at work.
 */
export function liveArns({ changes }: Pick<Plan, 'changes'>): ReadonlySet<string> {
  return new Set(
    changes
      .filter((change) => change.type === 'aws_dms_replication_task' && isLive(change))
      .flatMap(({ before = {} }) => Object.entries(before).flatMap(([name, value]) => arnOf(name, value))),
  );
}

/** What a task was doing when the plan read it. */
export const statusOf = ({ before }: ResourceChange): string | undefined =>
  typeof before?.status === 'string' && before.status !== '' ? before.status : undefined;

/** Whether a task exists and is not known to be at rest. */
export function isLive(change: ResourceChange): boolean {
  const status = statusOf(change);
  return change.before !== undefined && (status === undefined || !AT_REST.includes(status));
}

/** Whether live tasks use the endpoint, instance or what the attribute names. */
export const isUsed = (before: Attributes | undefined, arns: ReadonlySet<string>): boolean =>
  Object.entries(before ?? {}).some(([name, value]) => arnOf(name, value).some((arn) => arns.has(arn)));

const ARN_ATTRIBUTES = [
  'replication_task_arn',
  'replication_instance_arn',
  'source_endpoint_arn',
  'target_endpoint_arn',
  'endpoint_arn',
];

const arnOf = (name: string, value: unknown): string[] =>
  ARN_ATTRIBUTES.includes(name) && typeof value === 'string' && value !== '' ? [value] : [];
