/** Keeps what steps of a comparison hand to each other. Values are plain data. */
export interface ResultStore {
  /** @returns undefined when there is none */
  read(key: string): Promise<unknown>;
  /** Writes what is not there yet. @returns false when it is: somebody was faster */
  create(key: string, value: unknown): Promise<boolean>;
  /** Writes, also over what is there. */
  write(key: string, value: unknown): Promise<void>;
  /** Where people find it. */
  locationOf(key: string): string;
}
