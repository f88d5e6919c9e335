import { Route53Client } from '@aws-sdk/client-route-53';
import { systemClock } from '../runtime/system-clock';
import { Route53Traffic } from './route53-traffic';
import { RECORD_TYPES } from './weighted-set';

/** Where a function finds the weighted records: variables of its environment. */
export type TrafficSettings = Readonly<Record<'HOSTED_ZONE_ID' | 'RECORD_NAME' | 'RECORD_TYPE', string>>;

// One attempt may take this long; the SDK makes five of them.
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

/** The weighted records as a function's environment names them. Route 53 has one endpoint for all regions. */
export function trafficFrom(settings: TrafficSettings): Route53Traffic {
  const recordType = RECORD_TYPES.find((known) => known === settings.RECORD_TYPE);
  if (recordType === undefined) {
    throw new Error(`RECORD_TYPE must be ${RECORD_TYPES.join(' or ')}, got ${settings.RECORD_TYPE}`);
  }
  return new Route53Traffic(new Route53Client({ requestHandler, maxAttempts: 5 }), {
    zoneId: settings.HOSTED_ZONE_ID,
    recordName: settings.RECORD_NAME,
    recordType,
    clock: systemClock,
  });
}
