import { randomBytes } from 'node:crypto';
import type { Logger } from '../shared/logger';
import { compareDatabases, type ComparisonOptions } from './compare-databases';
import type { CompareRows, ComparisonParts } from './comparison/parts';
import type { SessionOptions } from './database/session';
import type { Assessment } from './assessment/model';
import type { DeltaOptions, DeltaOutcome } from './delta/compare-delta';
import type { EarlierPass } from './delta/choose-tables';
import type { DeltaPrediction, PredictOptions } from './delta/predict-delta';
import { type Answer, answerOfAssessment, answerOfReport } from './answers';
import { coveringScope, scopeProblem } from './distributed/base-scope';
import { openComparer, settleOf } from './distributed/chunk-comparer';
import { type BatchResult, compareBatch } from './distributed/compare-batch';
import { Deadline, OutOfTime } from './distributed/deadline';
import { explain } from './distributed/explain';
import { keysOf } from './distributed/files';
import { planComparison, type PlanningParts, type PlanProgress } from './distributed/plan-comparison';
import { readReport, requireHeader } from './distributed/read-files';
import type { ResultStore } from './distributed/result-store';
import { collectedRows } from './distributed/summarize';
import { withPair } from './distributed/with-pair';
import { type EventOf, parseEvent } from './event';
import type { Report } from './report/model';
import { withShownValues } from './report/values';
import { type ComparisonRequest, completeRequest, type RequestDefaults } from './request';
import type { Pair, TablePlan } from './rows/chunk';
import type { Databases } from './rows/run';

/** What the function is made of; tests put others in their place. */
export interface ValidationParts extends ComparisonParts, PlanningParts {
  readonly compareDelta: (
    databases: Databases,
    plans: readonly TablePlan[],
    earlier: EarlierPass,
    options: DeltaOptions,
  ) => Promise<DeltaOutcome>;
  readonly predictDelta: (
    databases: Databases,
    plans: readonly TablePlan[],
    earlier: EarlierPass,
    options: PredictOptions,
  ) => Promise<DeltaPrediction>;
  readonly assess: (
    pair: Pair,
    options: { readonly schemas?: readonly string[]; readonly excludeTables?: readonly string[] },
  ) => Promise<Assessment>;
}

export interface HandlerDependencies {
  readonly store: ResultStore;
  readonly databases: (
    direction: ComparisonRequest['direction'],
    session: Pick<SessionOptions, 'statementTimeoutMs'>,
  ) => Databases;
  readonly parts: ValidationParts;
  readonly defaults: RequestDefaults;
  /** How long one statement may take, in milliseconds. */
  readonly statementTimeoutMs: number;
  readonly logger: Logger;
}

/** What is read here of Lambda's context. */
export interface HandlerContext {
  getRemainingTimeInMillis(): number;
}

/** What a comparison or an assessment came to. */
export interface Judgement extends Answer {
  /** Where the report is. */
  readonly report: string;
}

/** How long the delta will take. */
export interface Prediction {
  /** For everything together. */
  readonly seconds: number;
  /** For the rows: as `predictDelta` reckons. */
  readonly rowsSeconds: number;
  /** For the ledger's sums: they were made once, to measure that. */
  readonly ledgerSeconds: number;
  /** Why append-only tables would not be compared. @default they would */
  readonly refusal?: string;
}

export type ValidationResult = Judgement | Prediction | PlanProgress | BatchResult;

/** Compares whole databases at once over so many connections to each. */
const PARALLEL = 2;
/** What is left for the report when the ledger must have been reconciled, in milliseconds. */
const AFTER_LEDGER_MS = 30_000;

const ADVICE = {
  'compare-chunks':
    'put fewer chunks into a batch (verification.chunksPerBatch) or fewer rows into a chunk (rowsPerChunk)',
  compare: 'start the state machine, which compares chunk by chunk',
  delta: 'declare more tables append-only, or begin anew with a later comparison as its base',
  predict: 'begin anew with a later comparison as its base, or reconcile the ledger on a replica',
  assess: 'run npm run assess from a machine that reaches the databases',
  plan: 'take an index that is read in the order of the table, or leave the table out',
  summarize: 'leave tables out (excludeTables), or compare the rest with npm run compare',
} as const;

/**
 * Compares the two databases of a migration. Every call may be repeated: what it writes has the same name, and what must not
 * change once others rely on it is written once.
 */
export function createHandler(deps: HandlerDependencies) {
  return async (event: unknown, context: HandlerContext): Promise<ValidationResult> => {
    const asked = parseEvent(event);
    // A repeated call has no more time than the first.
    const until = 'until' in asked ? asked.until : undefined;
    const deadline = new Deadline(() => context.getRemainingTimeInMillis(), ADVICE[asked.action], until);
    try {
      const result = await new Invocation(deps, deadline).run(asked);
      deps.logger.info(`${asked.action} done`, { comparison: asked.id, result: JSON.stringify(result) });
      return result;
    } finally {
      deadline.clear();
    }
  };
}

class Invocation {
  constructor(
    private readonly deps: HandlerDependencies,
    private readonly deadline: Deadline,
  ) {}

  run(event: ReturnType<typeof parseEvent>): Promise<ValidationResult> {
    switch (event.action) {
      case 'assess':
        return this.assess(event);
      case 'compare':
        return this.compare(event);
      case 'delta':
        return this.delta(event);
      case 'predict':
        return this.predict(event);
      case 'plan':
        return this.plan(event);
      case 'compare-chunks':
        return this.compareChunks(event);
      case 'summarize':
        return this.summarize(event);
    }
  }

  private async assess({ id, request }: EventOf<'assess'>): Promise<Judgement> {
    const { schemas, excludeTables, ...rest } = this.complete(request);
    const assessment = await withPair(this.databases(rest), this.deadline.signal, (pair) =>
      this.deps.parts.assess(pair, { schemas, excludeTables }),
    );
    const key = keysOf(id).assessment;
    await this.deps.store.write(key, assessment);
    return { ...answerOfAssessment(assessment), report: this.deps.store.locationOf(key) };
  }

  private async compare({ id, request }: EventOf<'compare'>): Promise<Judgement> {
    const complete = this.complete(request);
    return this.judged(id, complete, { seed: newSeed() }, this.deps.parts.compareRows);
  }

  private async delta({ id, base, appendOnly, without, replicated }: EventOf<'delta'>): Promise<Judgement> {
    const { store, parts } = this.deps;
    const { request: earlier, baseline } = await requireHeader(store, base);
    const { tables: results } = await readReport(store, base);
    const request: ComparisonRequest = {
      ...earlier,
      mode: 'exact',
      ...(without === undefined ? {} : { without }),
      ...coveringScope(earlier, replicated),
    };
    const compareRows: CompareRows = (databases, plans, options) =>
      parts.compareDelta(
        databases,
        plans,
        { baseline, results },
        {
          appendOnly,
          seed: options.seed,
          compareWhole: (whole) => parts.compareRows(databases, whole, options).then((outcome) => ({ ...outcome })),
          parallel: PARALLEL,
          ...(options.maxDifferences === undefined ? {} : { maxDifferences: options.maxDifferences }),
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        },
      );
    return this.judged(id, request, { seed: newSeed(), reportMode: 'delta' }, compareRows);
  }

  private async predict({ base, appendOnly, replicated }: EventOf<'predict'>): Promise<Prediction> {
    const { store, parts } = this.deps;
    const { request, baseline, plans } = await requireHeader(store, base);
    const { tables: results } = await readReport(store, base);
    const { signal } = this.deadline;
    const databases = this.databases(request);
    const rows = await parts.predictDelta(
      databases,
      plans,
      { baseline, results },
      { appendOnly, parallel: PARALLEL, signal },
    );
    const begun = performance.now();
    // Nothing need settle: it is the time that counts, not what is found.
    await withPair(databases, signal, (pair) =>
      this.timelyLedger(pair, { mode: 'live', settle: { kind: 'time', seconds: 0 } }),
    );
    const ledgerSeconds = (performance.now() - begun) / 1000;
    const refusal = (replicated === undefined ? undefined : scopeProblem(request, replicated)) ?? rows.refusal;
    return {
      seconds: rows.seconds + ledgerSeconds,
      rowsSeconds: rows.seconds,
      ledgerSeconds,
      ...(refusal === undefined ? {} : { refusal }),
    };
  }

  private plan({ id, request, parts }: EventOf<'plan'>): Promise<PlanProgress> {
    const complete = this.complete(request);
    return planComparison(
      { id, request: complete, parts },
      {
        store: this.deps.store,
        parts: this.deps.parts,
        withPair: (work) => withPair(this.databases(complete), this.deadline.signal, work),
        deadline: this.deadline,
      },
    );
  }

  private compareChunks({ id, chunks }: EventOf<'compare-chunks'>): Promise<BatchResult> {
    return compareBatch(
      { id, chunks },
      {
        store: this.deps.store,
        openComparer: ({ request, seed }) => openComparer(this.databases(request), request, seed, this.deadline.signal),
        explain,
      },
    );
  }

  private async summarize({ id, failure }: EventOf<'summarize'>): Promise<Judgement> {
    const header = await requireHeader(this.deps.store, id);
    const { request, seed } = header;
    const rows = collectedRows(id, header, failureText(failure), {
      store: this.deps.store,
      withPair: (work) => withPair(this.databases(request), this.deadline.signal, work),
    });
    return this.judged(id, request, { seed, startedAt: header.startedAt }, rows);
  }

  /** Runs all parts, with the rows compared in the given way, and writes the report. */
  private async judged(
    id: string,
    request: ComparisonRequest,
    { startedAt, ...options }: Pick<ComparisonOptions, 'seed' | 'reportMode'> & { readonly startedAt?: string },
    compareRows: CompareRows,
  ): Promise<Judgement> {
    const { store, parts } = this.deps;
    const report = await compareDatabases(
      this.databases(request),
      {
        ...options,
        mode: request.mode,
        selection: { schemas: request.schemas, excludeTables: request.excludeTables },
        without: request.without,
        parallel: PARALLEL,
        maxDifferences: request.maxDifferences,
        settle: settleOf(request),
        signal: this.deadline.signal,
      },
      { ...parts, compareRows, reconcileLedger: this.timelyLedger },
    );
    const key = keysOf(id).report;
    const shown: Report = withShownValues({ ...report, ...(startedAt === undefined ? {} : { startedAt }) }, request);
    await store.write(key, shown);
    return { ...answerOfReport(report), report: store.locationOf(key) };
  }

  /** The ledger is the last part and may be the longest: when its time is over, there still is a report, which says so. */
  private readonly timelyLedger: ComparisonParts['reconcileLedger'] = async (pair, options) => {
    const left = Math.max(Math.floor(this.deadline.leftLess(AFTER_LEDGER_MS)), 1);
    for (const client of [pair.source, pair.target]) {
      await client.query("SELECT set_config('statement_timeout', $1, false)", [
        `${Math.min(left, this.deps.statementTimeoutMs)}`,
      ]);
    }
    const controller = new AbortController();
    const timer = setTimeout(() => {
      controller.abort(
        new OutOfTime(
          `the ledger must be reconciled within what was left of the invocation, ${Math.round(left / 1000)} s`,
        ),
      );
    }, left);
    try {
      return await this.deps.parts.reconcileLedger(pair, { ...options, signal: controller.signal });
    } finally {
      clearTimeout(timer);
    }
  };

  private complete(request: Parameters<typeof completeRequest>[0]): ComparisonRequest {
    return completeRequest(request, this.deps.defaults);
  }

  private databases({ direction }: Pick<ComparisonRequest, 'direction'>): Databases {
    const left = Math.max(Math.floor(this.deadline.leftMs), 1);
    return this.deps.databases(direction, { statementTimeoutMs: Math.min(left, this.deps.statementTimeoutMs) });
  }
}

const newSeed = (): string => randomBytes(8).readBigInt64BE().toString();

/** What Step Functions says of what went wrong. */
function failureText({ Error: name, Cause: cause }: EventOf<'summarize'>['failure']): string | undefined {
  const parts = [name, cause].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? undefined : parts.join(': ');
}
