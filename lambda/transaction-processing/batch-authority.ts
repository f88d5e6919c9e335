import { type Authority, type AuthorityState, type Side } from '../shared/authority/authority';
import { LedgerUnavailable } from '../shared/ledger/ledger';

/** The ledger that may be written, and the epoch that says so. */
export interface WritableLedger {
  readonly side: Side;
  readonly epoch: number;
}

/**
 * The authority as one batch sees it: read once, and again when a ledger says that it has changed. What is read may be old
 * by the time a payment is booked; that is no danger, because the ledger itself checks the epoch as it books.
 */
export class BatchAuthority {
  private known: AuthorityState | undefined;

  constructor(private readonly authority: Authority) {}

  /** @throws LedgerUnavailable `frozen` while no ledger may be written, `authority-invalid` when nobody can tell which */
  async writable(): Promise<WritableLedger> {
    this.known ??= await this.read();
    const { authority: side, epoch } = this.known;
    if (side !== 'frozen') return { side, epoch };
    throw new LedgerUnavailable('frozen', `no ledger may be written at epoch ${epoch}`);
  }

  /**
   * Reads the authority anew.
   * @returns the ledger that may be written now
   * @throws LedgerUnavailable as `writable` does
   */
  async refresh(): Promise<WritableLedger> {
    this.known = undefined;
    return this.writable();
  }

  private async read(): Promise<AuthorityState> {
    try {
      return await this.authority.read();
    } catch (error) {
      // DynamoDB's own errors say by themselves what they are.
      if (error instanceof Error && '$metadata' in error) throw error;
      throw new LedgerUnavailable('authority-invalid', 'the authority item could not be understood', { cause: error });
    }
  }
}
