import type { Clearance } from './clearance';
import type { Weights } from './traffic';

/** What counts before anybody set a clearance: as Terraform creates it, no traffic to AWS. */
export const NO_CLEARANCE: Clearance = {
  minAwsWeight: 0,
  maxAwsWeight: 0,
  reason: 'No traffic was cleared for AWS yet.',
  by: 'terraform',
  at: '1970-01-01T00:00:00.000Z',
};

/** Percent of the answers of DNS that lead to AWS. Weights that are all 0 count alike. Exact where the sum is 100. */
export const awsShare = ({ aws, 'on-prem': onPrem }: Weights): number =>
  aws + onPrem === 0 ? 50 : (aws * 100) / (aws + onPrem);

export const isWithin = (weights: Weights, { minAwsWeight, maxAwsWeight }: Clearance): boolean =>
  awsShare(weights) >= minAwsWeight && awsShare(weights) <= maxAwsWeight;

/** The weights at the bound that is nearest to these, which lie outside. */
export function nearestBound(weights: Weights, { minAwsWeight, maxAwsWeight }: Clearance): Weights {
  const aws = awsShare(weights) < minAwsWeight ? minAwsWeight : maxAwsWeight;
  return { aws, 'on-prem': 100 - aws };
}

/** The bounds and the reason as messages say them. */
export const clearanceText = ({ minAwsWeight, maxAwsWeight, reason, by, at }: Clearance): string =>
  `AWS may get from ${minAwsWeight} to ${maxAwsWeight} percent of the traffic (set by ${by} at ${at}: ${reason})`;
