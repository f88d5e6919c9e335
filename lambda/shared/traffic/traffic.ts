import type { Side } from '../authority/authority';

/** The share of each side in the answers of DNS: integers from 0 to 100 that are 100 together. */
export type Weights = Readonly<Record<Side, number>>;

/** The weighted records of the API's name. */
export interface Traffic {
  /** The weights as they stand at Route 53. */
  read(): Promise<Weights>;
  /**
   * Sets the weights in one change, waits until all name servers have it, reads back and compares. What is right already is
   * left alone.
   * @returns the weights before
   * @throws ExplainedError when the weights are none, or the records are not those two
   */
  shift(weights: Weights): Promise<Weights>;
}
