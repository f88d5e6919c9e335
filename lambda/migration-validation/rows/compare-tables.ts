import { Control, type Reconnecting } from '../engine/connect';
import { Engine } from '../engine/engine';
import { TableProblem } from '../engine/faults';
import { identify } from '../engine/identity';
import { forEachOf, Lanes } from '../engine/lanes';
import { loadLimits } from '../engine/limits';
import { Pacing } from '../engine/pacing';
import { Settling } from '../engine/position';
import { SharedMoment } from '../engine/snapshot';
import { openRun, tableText } from '../engine/state';
import { compareTable } from '../engine/table-comparison';
import { TableProgress } from '../engine/progress';
import type { TableResult } from '../report/model';
import type { TablePlan } from './chunk';
import { type CheckedOptions, checkOptions } from './options';
import type { Databases, RowComparisonOptions } from './run';

export interface RowComparison {
  /** One for each plan, in their order. */
  readonly results: TableResult[];
  /** How the moment of reading was pinned, for the report. */
  readonly basis: string[];
}

/**
 * Compares the rows of tables, whatever happens meanwhile: what stands in the way of one table is in its result, and no table
 * is equal of which a row was not compared.
 *
 * With a state it goes on where an earlier run with the same state stood. The state is not cleared: whoever has used the results does.
 * @param options with `seed`: a whole number of 64 bits, not known to who writes the data; that of the state where there is one
 * @throws Error before anything is compared: options out of range, no connection, a slot or a limit that cannot be read, a state
 *   of another run; or the signal's reason: what was done until then is in the state
 */
export async function compareTables(
  databases: Databases,
  plans: readonly TablePlan[],
  options: RowComparisonOptions & { readonly seed: string },
): Promise<RowComparison> {
  const checked = checkOptions(options);
  const { signal, observer } = options;
  signal?.throwIfAborted();
  const reconnecting: Reconnecting = { seconds: checked.reconnectSeconds, ...(signal === undefined ? {} : { signal }) };
  const control = {
    source: new Control(databases.source, reconnecting),
    target: new Control(databases.target, reconnecting),
  };
  const lanes = new Lanes(databases, checked.parallel, reconnecting);
  let shared: SharedMoment | undefined;
  const close = () => {
    lanes.drop();
    control.source.drop();
    control.target.drop();
    shared?.release();
  };
  signal?.addEventListener('abort', close, { once: true });
  try {
    const identity = await identify(control);
    const limits = await loadLimits(control.source.query, options);
    const settling =
      options.settle && options.mode === 'live'
        ? new Settling(control.source.query, options.settle, signal)
        : undefined;
    await settling?.check();
    const basis = [];
    const startedAt = new Date().toISOString();
    if (options.mode === 'exact') shared = await SharedMoment.take(databases, plans, reconnecting);
    else basis.push(...liveBasis(options, startedAt));
    const state = await openRun(
      options.state,
      plans,
      {
        mode: options.mode,
        seed: options.seed,
        startedAt,
        source: identity.source,
        target: identity.target,
        moments: shared?.moments,
      },
      checked.maxDifferences,
    );
    if (state.note !== undefined) basis.push(state.note);
    const engine = new Engine({
      ...{ databases, mode: options.mode, seed: state.seed, lanes, control, shared, settling, observer, signal },
      ...checked,
      pacing: new Pacing({ rowsPerSecond: checked.rateRowsPerSecond, limits, observer, signal }),
      append: (entry) => state.append(entry),
    });
    const results = new Map<string, TableResult>();
    // Small tables are one part: several at once keep all connections busy.
    await forEachOf(plans, checked.parallel, async (plan) => {
      const progress = state.tables.get(tableText(plan)) ?? new TableProgress(plan, checked.maxDifferences);
      if (identity.problem !== undefined) engine.refused = new TableProblem(identity.problem);
      results.set(tableText(plan), await compareTable(engine, plan, progress));
    });
    await shared?.conclude();
    signal?.throwIfAborted();
    return {
      results: plans.flatMap((plan) => results.get(tableText(plan)) ?? []),
      basis: [...basis, ...(shared?.log ?? [])],
    };
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', close);
    close();
  }
}

function liveBasis(
  { settle, maxRechecks }: RowComparisonOptions & Partial<CheckedOptions>,
  startedAt: string,
): string[] {
  const settling =
    settle?.kind === 'slot'
      ? `the slot ${settle.slot} of the source had confirmed the position of the reading`
      : `${settle?.kind === 'time' ? settle.seconds : 0} s had passed, which proves nothing where replication is slower`;
  return [
    `From ${startedAt} on each part of a table was read in a short transaction of its own on each side; rows that differed were read again after ${settling}, up to ${maxRechecks ?? 10} times.`,
  ];
}
