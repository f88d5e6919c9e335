import type { TransactionKey } from '../../shared/transactions/stored-transactions';
import { byTime } from './by-time';
import { Findings } from './findings';
import { disagreement, findPaymentRows, type PaymentRow, paymentRows } from './payment-rows';
import type { PaymentItem, ProcessedPayments } from './processed-payments';
import type { Readings } from './reading';

export const PROCESSED_CHECK = 'each PROCESSED payment is in the ledger';
export const BOOKED_CHECK = 'each transaction booked on AWS has its PROCESSED payment';

/** How many payments that do not fit at first sight are looked up at once. */
const BATCH = 200;

export interface PaymentsOptions {
  readonly processed: ProcessedPayments;
  readonly maxDifferences: number;
  /** Only what was booked before is looked at; undefined: everything. */
  readonly before: string | undefined;
}

export interface PaymentsFindings {
  readonly processed: Findings;
  readonly booked: Findings;
  /** Transactions whose payment is still APPROVED: booked, and about to be marked so. Only while the ledger changes. */
  readonly unmarked: number;
}

/** A transaction of the ledger for which no item was listed. */
interface Unlisted {
  readonly row: PaymentRow;
  readonly inSource: boolean;
  readonly inTarget: boolean;
}

/**
 * Holds the payments of DynamoDB and the transactions of both ledgers against each other. All three come in the order of the
 * requests' times, so one pass pairs them; what finds no partner in it is looked up by its key, the item as it is now, before
 * it counts.
 */
export async function comparePayments(readings: Readings, options: PaymentsOptions): Promise<PaymentsFindings> {
  const run = new PaymentsRun(readings, options);
  await run.all();
  return run;
}

class PaymentsRun implements PaymentsFindings {
  readonly processed: Findings;
  readonly booked: Findings;
  unmarked = 0;
  private readonly doubtful: PaymentItem[] = [];
  private readonly unlisted: Unlisted[] = [];

  constructor(
    private readonly readings: Readings,
    private readonly options: PaymentsOptions,
  ) {
    this.processed = new Findings(PROCESSED_CHECK, options.maxDifferences);
    this.booked = new Findings(BOOKED_CHECK, options.maxDifferences);
  }

  async all(): Promise<void> {
    const { source, target } = this.readings;
    const { before, processed } = this.options;
    await byTime<[PaymentItem, PaymentRow, PaymentRow]>(
      [listed(processed, before), paymentRows(source, before), paymentRows(target, before)],
      ({ members }) => {
        this.pair(...members);
        if (this.doubtful.length < BATCH && this.unlisted.length < BATCH) return undefined;
        return this.judgeAll();
      },
    );
    await this.judgeAll();
  }

  private async judgeAll(): Promise<void> {
    await this.judgeDoubtful();
    await this.judgeUnlisted();
  }

  private pair(items: readonly PaymentItem[], source: readonly PaymentRow[], target: readonly PaymentRow[]): void {
    const [itemsById, sourceById, targetById] = [byId(items), byId(source), byId(target)];
    for (const item of itemsById.values()) {
      this.processed.compared += 1;
      const { transactionId: id, bookingId } = item;
      const fits = [sourceById, targetById].every((rows) => disagreement(item, rows.get(id)) === undefined);
      if (bookingId !== id || !fits) this.doubtful.push(item);
    }
    for (const row of new Map([...targetById, ...sourceById]).values()) {
      this.booked.compared += 1;
      const { transactionId: id } = row;
      if (itemsById.get(id)?.bookingId === id) continue;
      this.unlisted.push({ row, inSource: sourceById.has(id), inTarget: targetById.has(id) });
    }
  }

  private async judgeDoubtful(): Promise<void> {
    const doubtful = this.doubtful.splice(0);
    if (doubtful.length === 0) return;
    const { source, target } = this.readings;
    // The index may show what is gone since.
    const items = await this.options.processed.find(doubtful);
    const ids = items.map(bookedAs);
    const [inSource, inTarget] = await Promise.all([findPaymentRows(source, ids), findPaymentRows(target, ids)]);
    for (const item of items) {
      if (item.status === 'PROCESSED') this.judge(item, inSource.get(bookedAs(item)), inTarget.get(bookedAs(item)));
    }
  }

  private judge(item: PaymentItem, sourceRow: PaymentRow | undefined, targetRow: PaymentRow | undefined): void {
    const { transactionId: subject, bookingId } = item;
    const [source, target] = [disagreement(item, sourceRow), disagreement(item, targetRow)];
    if (bookingId === undefined) {
      this.processed.add({ subject, message: 'its item says PROCESSED, and not as which booking' });
      return;
    }
    if (source === undefined && target === undefined) return;
    const where = source === undefined ? 'the target has' : target === undefined ? 'the source has' : 'both sides have';
    const what =
      source === undefined || target === undefined || source === target ? (source ?? target) : 'other things';
    this.processed.add({
      subject,
      ...(source === undefined ? {} : { source }),
      ...(target === undefined ? {} : { target }),
      message: `its item says that it is booked${bookingId === subject ? '' : ` as ${bookingId}`}; ${where} ${what}`,
    });
  }

  private async judgeUnlisted(): Promise<void> {
    const unlisted = this.unlisted.splice(0);
    if (unlisted.length === 0) return;
    const items = await this.options.processed.find(unlisted.map(({ row }) => row));
    const present = new Map(items.map((item) => [keyOf(item), item]));
    for (const { row, inSource, inTarget } of unlisted) {
      const problem = this.problemOf(row, present.get(keyOf(row)));
      if (problem === undefined) continue;
      this.booked.add({
        subject: row.transactionId,
        ...(inSource ? { source: 'booked on AWS' } : {}),
        ...(inTarget ? { target: 'booked on AWS' } : {}),
        message: problem,
      });
    }
  }

  private problemOf({ transactionId }: PaymentRow, item: PaymentItem | undefined): string | undefined {
    if (item === undefined) return 'there is no item of this id and time';
    const { status, bookingId } = item;
    if (status === 'APPROVED' && this.options.before !== undefined) {
      this.unmarked += 1;
      return undefined;
    }
    if (status !== 'PROCESSED') return `its item says ${status ?? 'nothing of its status'}, not PROCESSED`;
    // Without any booking it is a difference of the other check.
    if (bookingId === undefined || bookingId === transactionId) return undefined;
    return `its item says that it is booked as ${bookingId}`;
  }
}

const bookedAs = ({ transactionId, bookingId }: PaymentItem): string => bookingId ?? transactionId;

/** A transaction's id alone could be that of an item of another time. */
const keyOf = ({ transactionId, timestamp }: TransactionKey): string => `${timestamp} ${transactionId}`;

const byId = <Value extends { readonly transactionId: string }>(values: readonly Value[]): Map<string, Value> =>
  new Map(values.map((value) => [value.transactionId, value]));

/** The payments without those that were booked later than is looked at. */
async function* listed(
  processed: ProcessedPayments,
  before: string | undefined,
): AsyncGenerator<readonly PaymentItem[]> {
  const until = before === undefined ? Infinity : Date.parse(before);
  for await (const page of processed.pages()) {
    yield page.filter(({ bookedAt }) => bookedAt === undefined || bookedAt < until);
  }
}
