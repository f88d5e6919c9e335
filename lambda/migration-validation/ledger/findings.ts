import type { LedgerCheck, LedgerDifference } from '../report/model';

/** What a check finds, as it goes: it counts everything and keeps the first. */
export class Findings {
  compared = 0;
  private differing = 0;
  private readonly differences: LedgerDifference[] = [];

  /**
   * @param name of the check
   * @param maxDifferences how many are listed, from 0
   */
  constructor(
    readonly name: string,
    private readonly maxDifferences: number,
  ) {}

  add(difference: Omit<LedgerDifference, 'check'>): void {
    this.differing += 1;
    if (this.differences.length < this.maxDifferences) this.differences.push({ check: this.name, ...difference });
  }

  get isEqual(): boolean {
    return this.differing === 0;
  }

  result(): LedgerCheck {
    const { name, compared, differing, differences } = this;
    return { name, verdict: this.isEqual ? 'equal' : 'different', compared, differing, differences };
  }
}

/** A check that could not tell. */
export const unknown = (name: string, problem: string): LedgerCheck => ({
  name,
  verdict: 'unknown',
  problem,
  compared: 0,
  differing: 0,
  differences: [],
});
