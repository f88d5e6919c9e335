/**
 * The two sides that DNS sends requests to; each is the set identifier of its record. Not the two databases: AWS may answer
 * while on-premises has the right to write.
 */
export const TRAFFIC_SIDES = ['aws', 'on-prem'] as const;

export type TrafficSide = (typeof TRAFFIC_SIDES)[number];

/** The share of each side in the answers of DNS: integers from 0 to 100 that are 100 together. */
export type Weights = Readonly<Record<TrafficSide, number>>;

/** The weighted records of the API's name. */
export interface Traffic {
  /**
   * The weights as they stand at Route 53: a hand may have made them any integers from 0 to 255.
   * @throws ExplainedError when the records are not those two
   */
  read(): Promise<Weights>;
  /**
   * Sets the weights in one change, waits until all name servers have it, reads back and compares. What is right already is
   * left alone.
   * @returns the weights before
   * @throws ExplainedError when the weights are none, or the records are not those two
   */
  shift(weights: Weights): Promise<Weights>;
}
