import type { Executor } from '../../../lambda/shared/migration/executor';
import type { Progress, ProgressBoard, ProgressReport } from '../../../lambda/shared/migration/progress';
import type { Clock } from '../../../lambda/shared/runtime/clock';

/** The progress item, as the table keeps it: what an overtaken executor tells is dropped. */
export class ProgressInMemory implements ProgressBoard {
  current: Progress | undefined;
  private token = 0;

  constructor(private readonly clock: Clock) {}

  read = (): Promise<Progress | undefined> => Promise.resolve(this.current);

  report({ machine, execution, token }: Executor, report: ProgressReport): Promise<void> {
    if (token < this.token) return Promise.resolve();
    this.token = token;
    const now = this.clock.now();
    const isSame = this.current?.execution === execution && this.current.step === report.step;
    const since = isSame ? (this.current?.since ?? now) : now;
    this.current = { machine, execution, ...report, since, updatedAt: now };
    return Promise.resolve();
  }
}
