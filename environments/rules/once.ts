import { SEVERITIES } from '../../constructs/monitoring/alert-subscription';
import type { Path, Problem } from '../problem';
import { items, problem, type Rule } from './rule';

/**
 * The items of a list that stand in it before.
 * @param keyOf what makes two items the same; undefined where an item is not whole
 */
export const repeated = <V>(
  path: Path,
  values: readonly (V | undefined)[] | undefined,
  keyOf: (value: V) => string | undefined = String,
): Problem[] => {
  const keys = items(values).map(([index, value]) => ({ index, value, key: keyOf(value) }));
  return keys
    .filter(({ key }, position) => key !== undefined && keys.findIndex((other) => other.key === key) < position)
    .map(({ index, value }) => problem([...path, index], 'must be listed once', value, 'remove the repetition'));
};

const together = (...parts: readonly (string | undefined)[]): string | undefined =>
  parts.includes(undefined) ? undefined : parts.join(' ');

const tableKey = ({ schema, name }: { readonly schema?: string; readonly name?: string }): string | undefined =>
  together(schema, name);

const listedOnce: Rule = ({ environment: { network, ingress, paymentApi, replication, monitoring } }) => [
  ...repeated(['network', 'interfaceEndpoints'], network?.interfaceEndpoints),
  ...repeated(['ingress', 'allowedCidrs'], ingress?.allowedCidrs),
  ...repeated(['ingress', 'webAcl', 'rateLimitExemptCidrs'], ingress?.webAcl?.rateLimitExemptCidrs),
  ...repeated(['paymentApi', 'authorization', 'jwksCidrs'], paymentApi?.authorization?.jwksCidrs),
  ...repeated(['replication', 'schemas'], replication?.schemas),
  ...repeated(['replication', 'tables'], replication?.tables, tableKey),
  ...repeated(['replication', 'excludedTables'], replication?.excludedTables, tableKey),
  ...SEVERITIES.flatMap((severity) =>
    repeated(['monitoring', 'subscriptions', severity], monitoring?.subscriptions?.[severity], (subscription) =>
      together(subscription.protocol, subscription.endpoint),
    ),
  ),
];

/** The rules of lists in which nothing stands twice. */
export const onceRules: readonly Rule[] = [listedOnce];
