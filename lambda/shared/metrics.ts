import { Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics';

/**
 * The business metrics, with their units, as CloudWatch knows them: namespace `Payments`, dimension Environment, and
 * Currency for amounts.
 */
export const BUSINESS_METRICS = {
  /** Payments accepted for the first time; replays count for nothing. */
  PaymentsReceived: 'Count',
  PaymentsApproved: 'Count',
  PaymentsRejected: 'Count',
  /** Payments booked in the ledger, without replays and duplicates. */
  PaymentsBooked: 'Count',
  /** Payments that another booking of the same client and key stands for. */
  PaymentsDuplicate: 'Count',
  /** Payments that went to the queue of failed transactions. */
  PaymentsFailed: 'Count',
  /** Payments that were driven again because the stream had not finished them. */
  PaymentsRedriven: 'Count',
  /** The amount booked, in minor units of the currency. */
  AmountBooked: 'None',
  /** From acceptance to booking. */
  EndToEndLatency: 'Milliseconds',
  /** The age of the oldest payment that is neither PROCESSED nor REJECTED; 0 when there is none. */
  OldestOpenPaymentAge: 'Seconds',
  /** 1 when a run of the guard found the weights of DNS outside of the clearance, else 0. */
  TrafficOutsideClearance: 'Count',
  /** 1 when a run of the guard found the parameter of the clearance other than the authority item, else 0. */
  ClearanceParameterRepaired: 'Count',
  /** How long going back would take now: answers in caches, what is to be drained, the steps. */
  RollbackTimeSeconds: 'Seconds',
  /** What a loss of the side in authority would cost: how far the other one is behind. */
  RecoveryPointSeconds: 'Seconds',
  /** Slots on either server that belong to no direction that runs or may be resumed. */
  OrphanedReplicationSlots: 'Count',
  /** The most WAL that any of our slots keeps from being removed, by the server that it lies on; 0 where none is. */
  RetainedWalBytesOnPremises: 'Bytes',
  RetainedWalBytesAurora: 'Bytes',
} as const;

export type BusinessMetric = keyof typeof BUSINESS_METRICS;

/** Counts what happened. Written out when the invocation ends. */
export interface Metrics {
  /** @param dimensions `currency` for AmountBooked only */
  add(name: BusinessMetric, value: number, dimensions?: { readonly currency: string }): void;
  /** Writes what was added since the last time. */
  publish(): void;
}

/** Where the dashboard and the alarms look for the business metrics. */
export const METRICS_NAMESPACE = 'Payments';

/** What every metric of a function says. */
export interface MetricsOptions {
  /** The environment's suffix, for instance `prod`. */
  readonly environment: string;
}

/**
 * Writes metrics as log lines in CloudWatch's embedded metric format, one line for each set of dimensions: [Environment], and
 * [Environment, Currency] for those with a currency. There is no dimension `service`: alarms and the dashboard find data only
 * under exactly the dimensions that they name. A value that is no number is left out: counting must never break a payment.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function createMetrics({ environment }: MetricsOptions): Metrics {
  const writers = new Map<string, PowertoolsMetrics>();
  const writerFor = (currency: string | undefined): PowertoolsMetrics => {
    const key = currency ?? '';
    const known = writers.get(key);
    if (known !== undefined) return known;
    const writer = new PowertoolsMetrics({ namespace: METRICS_NAMESPACE });
    writer.clearDefaultDimensions();
    writer.setDefaultDimensions({
      Environment: environment,
      ...(currency !== undefined && { Currency: currency }),
    });
    writers.set(key, writer);
    return writer;
  };
  return {
    add: (name, value, dimensions) => {
      if (Number.isFinite(value)) writerFor(dimensions?.currency).addMetric(name, BUSINESS_METRICS[name], value);
    },
    publish: () => {
      for (const writer of writers.values()) {
        // Powertools warns when there is nothing to write.
        if (writer.hasStoredMetrics()) writer.publishStoredMetrics();
      }
    },
  };
}
