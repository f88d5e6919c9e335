import type { AlarmVerdict } from './alarms';

/** The release of the payment API that requests get. */
export interface ReleaseState {
  /** The version that is promoted. @default there is none */
  readonly blue?: string;
  /** The version that was deployed last. @default there is none */
  readonly green?: string;
  /** Whether Lambda is still moving one of them. */
  readonly moving: boolean;
  /** What the alarms on the load balancer's health checks of the promoted version say. */
  readonly health: AlarmVerdict;
}

/**
 * Promoted: the versions blue and green are the same, so that no release stands half way. Healthy: the load balancer's own
 * checks of blue say so.
 */
export interface Release {
  read(): Promise<ReleaseState>;
}
