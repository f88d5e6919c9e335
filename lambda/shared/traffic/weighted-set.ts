import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { ExplainedError } from '../runtime/error-fields';
import { TRAFFIC_SIDES, type TrafficSide, type Weights } from './traffic';

/** What the records are: addresses, or host names where on-premises is one. */
export const RECORD_TYPES = ['A', 'CNAME'] as const;

export type RecordType = (typeof RECORD_TYPES)[number];

/** Which records they are. A weighted record is (name, type, set identifier). */
export interface RecordName {
  /** Without dot at the end, in lower case: `api.payments.example.com`. */
  readonly recordName: string;
  readonly recordType: RecordType;
}

/** The two records of a weighted set, whole, as Route 53 returned them. */
export type WeightedSet = Readonly<Record<TrafficSide, ResourceRecordSet>>;

/** Whether a record is of exactly this name and type. Route 53 writes names with a dot at the end. */
export const isNamed = (
  { Name, Type }: Pick<ResourceRecordSet, 'Name' | 'Type'>,
  { recordName, recordType }: RecordName,
): boolean => Name?.toLowerCase() === `${recordName}.` && Type === recordType;

/**
 * Makes a set of the records of one name and type.
 * @throws ExplainedError with everything that is wrong, when they are not exactly the two weighted records
 */
export function weightedSet(
  records: readonly ResourceRecordSet[],
  { recordName, recordType }: RecordName,
): WeightedSet {
  const of = (side: TrafficSide) => records.filter(({ SetIdentifier }) => SetIdentifier === side);
  const [aws, onPrem] = [of('aws')[0], of('on-prem')[0]];
  const others = records.filter(({ SetIdentifier }) => !TRAFFIC_SIDES.some((side) => side === SetIdentifier));
  const problems = [
    ...TRAFFIC_SIDES.flatMap((side) => problemsOf(side, of(side))),
    ...others.map(({ SetIdentifier }) =>
      SetIdentifier === undefined ? 'there is one without a set identifier' : `there is another one, ${SetIdentifier}`,
    ),
  ];
  if (aws !== undefined && onPrem !== undefined && problems.length === 0) return { aws, 'on-prem': onPrem };
  throw new ExplainedError(
    `the ${recordType} records of ${recordName} must be two weighted ones, aws and on-prem, got others: ${problems.join('; ')}. No weight is changed: repair the records with a deployment, then try again`,
  );
}

function problemsOf(side: TrafficSide, records: readonly ResourceRecordSet[]): string[] {
  if (records.length === 0) return [`${side} is missing`];
  return [
    ...(records.length > 1 ? [`${side} is there ${records.length} times`] : []),
    ...(records.some(({ Weight }) => Weight === undefined) ? [`${side} is not weighted`] : []),
  ];
}

export const weightsOf = (set: WeightedSet): Weights => ({
  aws: set.aws.Weight ?? 0,
  'on-prem': set['on-prem'].Weight ?? 0,
});

/** The same records with other weights: alias, addresses, TTL and health check stay, whatever else there is too. */
export const withWeights = (set: WeightedSet, weights: Weights): WeightedSet => ({
  aws: { ...set.aws, Weight: weights.aws },
  'on-prem': { ...set['on-prem'], Weight: weights['on-prem'] },
});
