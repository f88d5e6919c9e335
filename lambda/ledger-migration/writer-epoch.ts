import type { Side } from '../shared/authority/authority';
import { ExplainedError } from '../shared/runtime/error-fields';
import type { Session } from './session';

/** Whether a database may be written, as it says itself. */
export interface WriterEpoch {
  readonly side: Side;
  readonly epoch: number;
  readonly writable: boolean;
}

/**
 * Writes the row that says which side a database is and whether it may be written, once: afterwards only the cutover changes
 * it, so a later run finds it as it is and leaves it.
 * @param side which side this database is
 * @param initialAuthority the side that may be written before anything was moved
 * @throws ExplainedError when the database says that it is the other side
 */
export async function ensureWriterEpoch(session: Session, side: Side, initialAuthority: Side): Promise<WriterEpoch> {
  await session.query(
    'INSERT INTO payments.writer_epoch (side, epoch, writable) VALUES ($1, 1, $2) ON CONFLICT DO NOTHING',
    [side, side === initialAuthority],
  );
  const { rows } = await session.query('SELECT side, epoch::float8 AS epoch, writable FROM payments.writer_epoch');
  const [present] = rows as readonly WriterEpoch[];
  if (present?.side !== side) {
    throw new ExplainedError(
      `payments.writer_epoch must say that this ledger is ${side}, got ${present?.side ?? 'no row'}; the function is connected to another database than it was built for`,
    );
  }
  return present;
}
