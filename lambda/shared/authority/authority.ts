/** The two databases. */
export const SIDES = ['on-prem', 'aurora'] as const;

export type Side = (typeof SIDES)[number];

/** Which database may be written, and since which change of that right. */
export interface AuthorityState {
  /** `frozen`: none of them. */
  readonly authority: Side | 'frozen';
  /** Grows with every change, from 1; 0 where the item does not exist. */
  readonly epoch: number;
  /** While frozen: the side that had the right before. @default unknown */
  readonly frozenFrom?: Side;
}

/** The authority item. Where it is absent, nobody may write. */
export interface Authority {
  read(): Promise<AuthorityState>;
}

/** What an absent item means. */
export const ABSENT: AuthorityState = { authority: 'frozen', epoch: 0 };
