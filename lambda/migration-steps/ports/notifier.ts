/** `page`: somebody must act now; `warning`: today; `info`: worth knowing. */
export const SEVERITIES = ['info', 'warning', 'page'] as const;

export type Severity = (typeof SEVERITIES)[number];

export interface Notice {
  readonly severity: Severity;
  /** What happened, in a few words. */
  readonly subject: string;
  /** The rest, line by line: nothing of payments, no secrets. */
  readonly lines: readonly string[];
}

/** Tells people. */
export interface Notifier {
  notify(notice: Notice): Promise<void>;
}
