import type { Construct } from 'constructs';
import { AwsTrafficWeight, TrafficClearance, WeightedRecords } from '../../constructs/traffic';
import type { Environment } from '../configuration';
import type { PaymentApi } from './payment-api';

/** The records that lead clients to either side, and which weights they may have. */
export interface Traffic {
  readonly records: WeightedRecords;
  readonly clearance: TrafficClearance;
}

/** Creates the weighted records of the API and their clearance, where the environment has another side. */
export function addTraffic(
  scope: Construct,
  { traffic, dns }: Environment,
  { loadBalancer }: PaymentApi,
): Traffic | undefined {
  if (traffic === undefined) return undefined;
  const { zoneId, zoneName, apiHostName: recordName } = dns;
  const { onPremises, ...settings } = traffic;
  const clearance = new TrafficClearance(scope, 'TrafficClearance');
  const records = new WeightedRecords(scope, 'Traffic', {
    ...settings,
    zoneId,
    zoneName,
    recordName,
    awsTarget: loadBalancer,
    awsWeight: new AwsTrafficWeight(scope, 'AwsTrafficWeight', { zoneId, recordName }),
    onPremises,
    clearance,
  });
  return { records, clearance };
}
