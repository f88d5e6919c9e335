import { Construct } from 'constructs';
import { EncryptionKey } from '../encryption';
import { Bucket } from '../storage';
import { MAP_RUNS_PREFIX } from './comparison-definition';

/** Where comparisons lie, each in a folder of its own. */
export const COMPARISONS_PREFIX = 'comparisons/';

/**
 * Days that a comparison is kept: the twelve months of PCI DSS 4.0, 10.5.1, for what proves that no payment was lost, and a
 * month in which somebody asks for it.
 */
export const COMPARISON_RETENTION_DAYS = 400;
/** Days that answers of a map's children are kept: they are counts, which the report has too. */
const MAP_RUN_RETENTION_DAYS = 30;
/** Days that a version stays after it was replaced or has expired. */
const NONCURRENT_RETENTION_DAYS = 30;

export interface ComparisonBucketProps {
  /** Receives the log of requests, below `payment-comparisons/`. */
  readonly accessLogBucket: Bucket;
}

/**
 * The bucket `payment-comparisons-<suffix>-<account id>`: plans, chunk lists, results and reports of comparisons. They name
 * rows by their keys, so it has a key of its own: who may read it reads nothing else with that.
 */
export class ComparisonBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: ComparisonBucketProps) {
    super(scope, id);
    const kmsKey = new EncryptionKey(this, 'Key', {
      purpose: 'comparisons',
      description: 'Results of comparisons of the databases in S3',
      usedThrough: ['s3'],
    });
    const keep = (id: string, prefix: string, expireAfterDays: number) => ({
      id,
      prefix,
      expireAfterDays,
      noncurrentExpireAfterDays: NONCURRENT_RETENTION_DAYS,
    });
    this.bucket = new Bucket(this, 'Bucket', {
      component: 'payment-comparisons',
      encryption: { kmsKey },
      accessLogBucket: props.accessLogBucket,
      lifecycleRules: [
        keep('expire-comparisons', COMPARISONS_PREFIX, COMPARISON_RETENTION_DAYS),
        keep('expire-map-runs', `${MAP_RUNS_PREFIX}/`, MAP_RUN_RETENTION_DAYS),
      ],
    });
  }
}
