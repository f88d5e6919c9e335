/**
 * `no-data`: the alarm cannot tell (INSUFFICIENT_DATA), which is neither good nor bad. `no-traffic`: it is OK only because
 * nothing came in, which is good where nothing should.
 */
export type AlarmVerdict = 'ok' | 'alarm' | 'no-data' | 'no-traffic';

export interface AlarmState {
  readonly name: string;
  readonly verdict: AlarmVerdict;
}

/** The composite alarm "safe to advance" and everything that it is made of. */
export interface SafetyReading {
  readonly composite: AlarmState & {
    /** When its verdict last became another, in milliseconds since 1970. @default not known */
    readonly changedAt?: number;
  };
  /** The metric alarms below it, through composites as deep as they go. */
  readonly children: readonly AlarmState[];
}

export interface Alarms {
  /** @throws ExplainedError when there is no such alarm */
  safeToAdvance(): Promise<SafetyReading>;
}
