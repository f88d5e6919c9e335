import { parseEvent } from '../../../lambda/migration-validation/event';
import type {
  ComparisonInput,
  ComparisonRun,
  ComparisonRuns,
} from '../../../lambda/migration-steps/ports/comparison-runs';
import type { World } from '../../lambda/migration-steps/support/world';
import type { FunctionHandler } from '../../support/run-state-machine';

/** How long a comparison takes, in milliseconds. */
const COMPARISON_MS = 60_000;

/** Executions of the machine `comparison` on the two databases of a world. */
export class ComparisonsInMemory implements ComparisonRuns {
  private readonly runs = new Map<string, { readonly endsAt: number; readonly input: ComparisonInput }>();

  constructor(private readonly world: World) {}

  /** One that has ended. */
  add(name: string): void {
    this.runs.set(name, { endsAt: this.world.now, input: { without: ['sequences'] } });
  }

  start(name: string, input: ComparisonInput): Promise<void> {
    if (!this.runs.has(name)) this.runs.set(name, { endsAt: this.world.now + COMPARISON_MS, input });
    return Promise.resolve();
  }

  read = (name: string): Promise<ComparisonRun | undefined> => Promise.resolve(this.run(name));

  last = (): Promise<ComparisonRun | undefined> => Promise.resolve(this.ended().at(-1));

  lastEqual = (): Promise<string | undefined> =>
    Promise.resolve(
      this.ended()
        .filter(({ result }) => result === 'equal')
        .at(-1)?.name,
    );

  /** As if Step Functions did not know them any more. */
  forget(): void {
    this.runs.clear();
  }

  knows(name: string): boolean {
    return this.runs.has(name);
  }

  private ended(): ComparisonRun[] {
    return [...this.runs.keys()]
      .map((name) => this.run(name))
      .filter((run) => run !== undefined && run.result !== 'running') as ComparisonRun[];
  }

  private run(name: string): ComparisonRun | undefined {
    const run = this.runs.get(name);
    if (run === undefined) return undefined;
    if (this.world.now < run.endsAt) return { name, result: 'running' };
    return { name, result: 'equal', endedAt: run.endsAt };
  }
}

/** The function `migration-validation`: reads its events as the real one does, and compares the two databases truly. */
export function validationOf(world: World, comparisons: ComparisonsInMemory): FunctionHandler {
  return (payload) => {
    const asked = parseEvent(payload);
    if ('base' in asked && !comparisons.knows(asked.base)) throw new Error(`there is no comparison ${asked.base}`);
    if (asked.action === 'assess') return { verdict: 'ready', reasons: [], report: 's3://audit/assessment.json' };
    if (asked.action === 'predict') return { seconds: 5, rowsSeconds: 4, ledgerSeconds: 1 };
    if (asked.action === 'delta') return compare(world, asked.without ?? []);
    if (asked.action === 'compare') return compare(world, asked.request.without ?? []);
    throw new Error(`no machine of the cutover asks for ${asked.action}`);
  };
}

function compare({ databases }: World, without: readonly string[]) {
  const { 'on-prem': home, aurora } = databases;
  const missing = (from: typeof home, to: typeof home): string[] =>
    [...from.payments].filter((id) => !to.payments.has(id));
  const rows = [
    ...missing(home, aurora).map((id) => `${id} is not on aurora`),
    ...missing(aurora, home).map((id) => `${id} is not on-prem`),
  ];
  const sequences = without.includes('sequences') || home.sequence === aurora.sequence ? [] : ['sequences differ'];
  const reasons = [...rows, ...sequences].slice(0, 5);
  return {
    verdict: reasons.length === 0 ? 'equal' : 'different',
    ledger: rows.length === 0 ? 'equal' : 'different',
    reasons,
    report: 's3://audit/delta.json',
  };
}
