import { SingleBar } from 'cli-progress';
import type { ComparisonObserver } from '../../lambda/migration-validation/compare-databases';
import type { TableResult } from '../../lambda/migration-validation/report/model';
import type { TablePlan } from '../../lambda/migration-validation/rows/chunk';

/** Takes what is shown while the comparison runs. */
export interface ProgressOutput {
  /** A terminal gets a bar, anything else a line now and then. */
  readonly isTerminal: boolean;
  readonly stream: NodeJS.WritableStream;
  /** Milliseconds, only ever growing. */
  readonly now: () => number;
}

/** How often a line comes where there is no terminal. */
const LINE_MS = 10_000;
const REDRAW_MS = 500;
/** The part whose progress is counted in rows. */
const ROWS = 'comparing the rows';

interface TableState {
  estimate: number;
  done: number;
}

/** Shows how far the comparison is. */
export class Progress implements ComparisonObserver {
  private readonly tables = new Map<string, TableState>();
  private readonly bar: SingleBar | undefined;
  private timer: NodeJS.Timeout | undefined;
  private phase = '';
  /** Tables that are begun and not done. */
  private readonly open = new Set<string>();
  private pause: string | undefined;
  private startedAt: number;
  /** Rows that this run read, without those of an earlier one that it goes on with. */
  private read = 0;

  constructor(private readonly output: ProgressOutput) {
    this.startedAt = output.now();
    if (!output.isTerminal) return;
    const { stream } = output;
    this.bar = new SingleBar({
      stream,
      format: '{bar} {percentage} % | {text}',
      barsize: 24,
      barCompleteChar: '#',
      barIncompleteChar: '-',
      hideCursor: true,
      clearOnComplete: true,
      linewrap: false,
      gracefulExit: false,
      emptyOnZero: true,
    });
  }

  part(name: string): void {
    this.phase = name;
    // A bar that is drawn would be torn apart by a line.
    if (this.bar?.isActive !== true) this.output.stream.write(`${name}\n`);
  }

  planned(plans: readonly TablePlan[]): void {
    for (const plan of plans) this.tables.set(nameOf(plan), { estimate: Math.max(0, plan.estimatedRows), done: 0 });
    this.startedAt = this.output.now();
    this.bar?.start(this.total(), 0, { text: '' });
    this.timer = setInterval(() => this.show(), this.bar === undefined ? LINE_MS : REDRAW_MS);
    this.timer.unref();
  }

  tableStarted(plan: TablePlan): void {
    this.open.add(nameOf(plan));
  }

  chunkDone(plan: TablePlan, rows: number): void {
    const table = this.tables.get(nameOf(plan));
    if (table === undefined) return;
    this.read += rows;
    table.done += rows;
    // An estimate that was passed says nothing of what is still to come.
    table.estimate = Math.max(table.estimate, table.done);
  }

  tableDone(result: TableResult): void {
    this.open.delete(nameOf(result));
    this.tables.set(nameOf(result), { estimate: result.rows.source, done: result.rows.source });
  }

  paused(reason: string | undefined): void {
    this.pause = reason;
    this.show();
  }

  /** Ends what is shown. */
  stop(): void {
    clearInterval(this.timer);
    this.bar?.stop();
  }

  /** `12,000 rows, 40 %, 6,000 rows/s, 3 s left, payments.entries` */
  text(): string {
    if (this.phase !== ROWS) return this.phase;
    const [done, total] = [this.done(), this.total()];
    const seconds = (this.output.now() - this.startedAt) / 1000;
    const rate = seconds > 0 ? this.read / seconds : 0;
    const left = rate > 0 && total > done ? `${duration((total - done) / rate)} left` : undefined;
    const percent = total > 0 ? `${Math.floor((done / total) * 100)} %` : undefined;
    return [
      `${number(done)} rows`,
      ...(percent === undefined || this.bar !== undefined ? [] : [`about ${percent}`]),
      `${number(rate)} rows/s`,
      ...(left === undefined ? [] : [left]),
      this.pause === undefined ? [...this.open].join(' and ') : `paused: ${this.pause}`,
    ]
      .filter((part) => part !== '')
      .join(', ');
  }

  private show(): void {
    if (this.bar === undefined) {
      this.output.stream.write(`${this.text()}\n`);
      return;
    }
    this.bar.setTotal(Math.max(1, this.total()));
    this.bar.update(this.done(), { text: this.text() });
  }

  private done(): number {
    return [...this.tables.values()].reduce((sum, table) => sum + table.done, 0);
  }

  private total(): number {
    return [...this.tables.values()].reduce((sum, table) => sum + table.estimate, 0);
  }
}

const nameOf = ({ schema, name }: { readonly schema: string; readonly name: string }): string => `${schema}.${name}`;
const number = (value: number): string => Math.round(value).toLocaleString('en-US');

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3600 ? `${Math.ceil(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`;
}
