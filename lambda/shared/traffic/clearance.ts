/**
 * Which share of the traffic AWS may get: what lies outside is refused by Terraform and put back by the guard. Gates raise
 * the maximum; the cutover raises the minimum to 100 before authority changes; only a rollback lowers them.
 */
export interface Clearance {
  /** Percent: an integer from 0 to `maxAwsWeight`. */
  readonly minAwsWeight: number;
  /** Percent: an integer from `minAwsWeight` to 100. */
  readonly maxAwsWeight: number;
  /** Why it is so, in one sentence for whoever is refused by it. */
  readonly reason: string;
  /** Which execution set it. */
  readonly by: string;
  /** When: ISO 8601, UTC. */
  readonly at: string;
}

/** The clearance as Terraform reads it: the SSM parameter `/payment/<suffix>/traffic-clearance`. */
export interface ClearanceParameter {
  /** @throws ExplainedError when the parameter is absent or makes no sense */
  read(): Promise<Clearance>;
  write(clearance: Clearance): Promise<void>;
}
