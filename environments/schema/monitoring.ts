import type * as z from 'zod';
import { ALARM_ROWS } from '../../constructs/monitoring/catalogue';
import { SEVERITIES, SUBSCRIPTION_PROTOCOLS, type Severity } from '../../constructs/monitoring/alert-subscription';
import { list, numeric, oneOf, section, text } from './primitives';

const subscription = section({
  protocol: oneOf(SUBSCRIPTION_PROTOCOLS).describe('How the alert travels.'),
  endpoint: text(
    { must: 'must be the address of a subscriber', fix: 'write an address' },
    (value) => value !== '',
  ).describe('An e-mail address, a telephone number as +15550100123, or an https:// address.'),
});

const byEach = <K extends string, T extends z.ZodType>(keys: readonly K[], of: (key: K) => T) =>
  Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<K, T>;

const subscribers = (severity: Severity) =>
  list(subscription, 'subscriptions').default([]).describe(`Who is told of ${severity} alerts.`);

const threshold = (id: string) => {
  const row = ALARM_ROWS.find((candidate) => candidate.id === id);
  return numeric({ must: 'must be a finite number, in the unit of the alarm', fix: 'write a number' }, () => true)
    .optional()
    .describe(`${row?.title ?? ''}. Default: ${row?.threshold ?? ''} (${row?.unit ?? ''}).`);
};

/** Alerts. */
export const monitoringSchema = section({
  subscriptions: section(byEach(SEVERITIES, subscribers)).prefault({}).describe('Who is told, by severity.'),
  thresholds: section(
    byEach(
      ALARM_ROWS.map(({ id }) => id),
      threshold,
    ),
  )
    .prefault({})
    .describe("Thresholds of alarms that differ here from the catalogue's, by alarm."),
  runbookUrl: text(
    { must: 'must be an https:// address', fix: 'write where your team reads the runbook' },
    (value) => URL.canParse(value) && value.startsWith('https://'),
  )
    .optional()
    .describe('Where the runbook is read; alarms link to it. Default: its path in this repository.'),
}).describe('Alerts and who is told.');
