/**
 * How many batches at once and chunks in a batch. Step Functions itself takes 10,000 children at once; each is a connection
 * to both databases.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const COMPARISON_LIMITS = {
  maxConcurrency: { least: 1, most: 100, unit: 'batches at once' },
  chunksPerBatch: { least: 1, most: 1000, unit: 'chunks' },
} as const;
