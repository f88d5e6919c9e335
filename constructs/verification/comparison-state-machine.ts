import { Construct } from 'constructs';
import type { NodeFunction } from '../compute';
import type { EncryptionKey } from '../encryption';
import type { LogRetentionDays } from '../monitoring/encrypted-log-group';
import type { Bucket } from '../storage';
import { requireNone, when } from '../validation/problem';
import { StateMachine } from '../workflow';
import { COMPARISONS_PREFIX } from './comparison-bucket';
import { comparisonDefinition, MAP_LABEL, MAP_RUNS_PREFIX } from './comparison-definition';
import { COMPARISON_LIMITS } from './comparison-limits';

export interface ComparisonStateMachineProps {
  /** The function `migration-validation`. */
  readonly function: NodeFunction;
  /** What it writes to. */
  readonly bucket: Bucket;
  /** How many batches are compared at once, each over a connection to both databases: 1 to 100. */
  readonly maxConcurrency: number;
  /** How many chunks one invocation compares: 1 to 1,000. */
  readonly chunksPerBatch: number;
  /** The key for the log group. */
  readonly logEncryptionKey: EncryptionKey;
  /** Days until a log event expires. */
  readonly logRetentionDays: LogRetentionDays;
}

/**
 * The state machine `comparison-<suffix>`, see `comparisonDefinition`.
 * @throws Error when a number is outside its limits
 */
export class ComparisonStateMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: ComparisonStateMachineProps) {
    super(scope, id);
    requireNumbers(props);
    const { bucket, maxConcurrency, chunksPerBatch, logEncryptionKey, logRetentionDays } = props;
    this.machine = new StateMachine(this, 'Machine', {
      component: 'comparison',
      description: 'Compares the databases of both sides, chunk by chunk',
      definition: comparisonDefinition({
        // One version for the whole of a comparison, also when a deployment comes in between.
        functionArn: `${props.function.functionArn}:${props.function.version}`,
        functionTimeoutSeconds: props.function.timeoutSeconds,
        bucketName: bucket.bucketName,
        maxConcurrency,
        chunksPerBatch,
      }),
      logEncryptionKey,
      logRetentionDays,
    });
    props.function.grantInvoke(this.machine.role);
    this.machine.allowDistributedMap(MAP_LABEL);
    bucket.grantGet(this.machine.role, COMPARISONS_PREFIX);
    this.writeMapRuns(bucket);
  }

  /**
   * What the children answer is written by Step Functions, in parts.
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
   */
  private writeMapRuns(bucket: Bucket): void {
    const prefix = `${MAP_RUNS_PREFIX}/`;
    bucket.grantGet(this.machine.role, prefix);
    bucket.grantWrite(this.machine.role, prefix);
    this.machine.role.addStatements({
      actions: ['s3:ListMultipartUploadParts'],
      resources: [`${bucket.bucketArn}/${prefix}*`],
    });
  }
}

function requireNumbers(props: Pick<ComparisonStateMachineProps, keyof typeof COMPARISON_LIMITS>): void {
  requireNone(
    (['maxConcurrency', 'chunksPerBatch'] as const).flatMap((field) => {
      const { least, most, unit } = COMPARISON_LIMITS[field];
      const got = props[field];
      return when(!(Number.isInteger(got) && got >= least && got <= most), {
        field,
        must: `must be an integer from ${least} to ${most} (${unit})`,
        got,
        fix: 'choose a value in that range',
      });
    }),
  );
}
