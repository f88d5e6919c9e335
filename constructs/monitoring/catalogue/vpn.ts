import type { AlarmRow } from '../alarm-row';

/**
 * The site-to-site VPN. Under the connection's id the state of both tunnels is aggregated: the maximum is 0 only when both
 * are down, the minimum is below 1 as soon as one is.
 */
export const VPN_ROWS = [
  {
    id: 'vpn-down',
    title: 'The link to the on-premises network is down',
    source: 'vpn',
    metric: { name: 'TunnelState', statistic: 'Maximum' },
    comparison: '<=',
    threshold: 0,
    unit: 'None',
    periodSeconds: 300,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    // A connection that reports nothing is not known to be up.
    missingData: 'breaching',
    severity: 'critical',
    runbook: 'vpn-down',
    reason:
      'Replication, and payments while on-premises has authority, stop with it; five minutes is its finest grain.',
    gates: ['advance'],
  },
  {
    id: 'vpn-tunnel-down',
    title: 'One of the two tunnels is down',
    source: 'vpn',
    metric: { name: 'TunnelState', statistic: 'Minimum' },
    comparison: '<',
    threshold: 1,
    unit: 'None',
    periodSeconds: 300,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    missingData: 'missing',
    severity: 'warning',
    runbook: 'vpn-tunnel-down',
    reason: 'The other one carries the traffic, but nothing is left if it fails. AWS maintains tunnels for minutes.',
    gates: ['advance'],
  },
] as const satisfies readonly AlarmRow[];
