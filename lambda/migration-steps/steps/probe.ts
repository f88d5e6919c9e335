import { SIDES } from '../../shared/authority/authority';
import { AuthorityMoved } from '../../shared/authority/migration-authority';
import type { Step } from '../step';
import { done, refused, unmet } from './answers';
import type { DataPathDependencies } from './dependencies';
import { Round } from './round';
import { tell } from './tell';

type Dependencies = Pick<DataPathDependencies, 'authority' | 'probe' | 'progress' | 'clock'>;

/** How long a payment may take until both ledgers show it, in milliseconds from the opening. */
const LIMIT_MS = 5 * 60_000;
const LOOK_MS = 250;

/** Makes one payment and waits until it is booked where authority is, and seen on the other side. */
export const probe: Step<Dependencies> = async (dependencies, context) => {
  const { authority, probe: payments, clock } = dependencies;
  await authority.confirm(context.executor);
  const { authority: side, epoch, change, lease } = await authority.record();
  if (side === 'frozen') throw new AuthorityMoved(`a database must be open for a probe, got none at epoch ${epoch}`);
  const what = 'a probe payment is booked and seen on both sides';
  // A second execution that probes the same opening has its own time.
  const since = Math.max(change?.at ?? 0, lease?.takenAt ?? 0);
  const round = new Round(clock, context, since + LIMIT_MS);
  await tell(dependencies, context, `a probe payment is made, to be booked at ${side}`);
  await authority.confirm(context.executor);
  const payment = await payments.accept(`${context.name}/${epoch}`);
  const found = await round.until(async () => {
    const rejection = await payments.rejection(payment);
    if (rejection !== undefined) return { reasons: [rejection] };
    for (const ledger of SIDES) if (!(await payments.isSeen(ledger, payment))) return undefined;
    return { reasons: [] };
  }, LOOK_MS);
  if (found === 'again' || found === 'expired') return unmet(found, what);
  const data = { transactionId: payment.transactionId, epoch };
  if (found.reasons.length > 0) return { ...data, ...refused('the probe payment was not booked', found.reasons) };
  await tell(dependencies, context, what);
  return done(what, data);
};
