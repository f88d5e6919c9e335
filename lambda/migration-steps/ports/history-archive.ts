/** What was archived. */
export interface Archived {
  /** How many items of the history. */
  readonly items: number;
  /** Where they are. */
  readonly location: string;
}

/** Keeps the history of authority and leases where nobody can change it. */
export interface HistoryArchive {
  /** Archives all of it. The same history again is archived once. */
  archive(): Promise<Archived>;
}
