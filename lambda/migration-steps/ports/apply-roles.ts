/** The roles that replication applies changes as: one on each side. */
export interface ApplyRoles {
  /** What is wrong with them, one sentence each. @returns nothing when both are there and exempt from the fence */
  problems(): Promise<readonly string[]>;
}
