import type { AlarmRow } from '../alarm-row';

/** The NAT gateways, through which everything leaves that has no VPC endpoint. */
export const NAT_GATEWAY_ROWS = [
  {
    id: 'nat-port-allocation',
    title: 'A NAT gateway has no port left for new connections',
    source: 'nat-gateway',
    metric: { name: 'ErrorPortAllocation', statistic: 'Sum' },
    comparison: '>',
    threshold: 0,
    unit: 'Count',
    periodSeconds: 60,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    missingData: 'missing',
    severity: 'warning',
    runbook: 'nat-gateway',
    reason: 'Each is a connection that failed. More than 55,000 to one address at once are needed: usually a leak.',
  },
  {
    id: 'nat-packet-drops',
    title: 'A NAT gateway drops packets',
    source: 'nat-gateway',
    metric: {
      expression: '100 * drops / (fromSource + fromDestination)',
      metrics: {
        drops: { name: 'PacketsDropCount', statistic: 'Sum' },
        fromSource: { name: 'PacketsInFromSource', statistic: 'Sum' },
        fromDestination: { name: 'PacketsInFromDestination', statistic: 'Sum' },
      },
    },
    comparison: '>',
    threshold: 0.01,
    unit: 'Percent',
    periodSeconds: 300,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    // Without traffic there is nothing to divide by.
    missingData: 'notBreaching',
    severity: 'warning',
    runbook: 'nat-gateway',
    reason: 'Above 0.01 % of the traffic AWS advises to look at its own service health; below it is noise.',
  },
] as const satisfies readonly AlarmRow[];
