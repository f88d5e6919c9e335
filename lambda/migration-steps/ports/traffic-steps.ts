/** The shares of AWS that traffic goes through, in percent, growing: the parameter `/payment/<suffix>/traffic-steps`. */
export interface TrafficSteps {
  /** @throws ExplainedError when the parameter is absent or makes no sense */
  read(): Promise<readonly number[]>;
}
