/** A decision about a payment, for the auditor. It holds identifiers and outcomes, nothing of the card or the person. */
export interface AuditRecord {
  /** Version of this shape. */
  readonly schemaVersion: 1;
  readonly decision: 'screening' | 'booking';
  readonly transactionId: string;
  /** When the payment was accepted, in milliseconds since 1970: decides about the record's folder. */
  readonly timestamp: number;
  readonly clientId: string;
  /** What was decided: for a screening APPROVED or REJECTED, for a booking `booked` or `duplicate`. */
  readonly outcome: string;
  /** When it was decided, in milliseconds since 1970. Stored with the decision, so that a replay says the same. */
  readonly decidedAt: number;
  /** What the decision rests on: rule identifiers, score, epoch, the first booking's id. */
  readonly details: Readonly<Record<string, string | number | readonly string[]>>;
}

/** Where decisions are kept unchangeably. */
export interface AuditLog {
  /** Writes a record once: an identical one that is there already is left alone, and that is no error. */
  write(record: AuditRecord): Promise<void>;
}
