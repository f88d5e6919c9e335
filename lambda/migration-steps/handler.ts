import type { Execution, Executor } from '../shared/migration/executor';
import type { ProgressBoard, ProgressReport } from '../shared/migration/progress';
import type { Logger } from '../shared/logger';
import { errorFields } from '../shared/runtime/error-fields';
import { parseEvent, type StepEvent } from './event';
import type { StepAnswer, StepContext } from './step';
import type { ExecutorStep, LeaseStep } from './step-names';

/** Every step, by its name, with what it is made of inside. */
export interface StepTable {
  readonly lease: Readonly<Record<LeaseStep, (context: StepContext<Execution>) => Promise<StepAnswer>>>;
  readonly executor: Readonly<Record<ExecutorStep, (context: StepContext) => Promise<StepAnswer>>>;
}

export interface HandlerDependencies {
  readonly steps: StepTable;
  readonly progress: ProgressBoard;
  readonly logger: Logger;
}

/** What is read here of Lambda's context. */
export interface HandlerContext {
  getRemainingTimeInMillis(): number;
}

/**
 * Does what one state of a machine asks for. What a step refuses is its answer; errors go to the machine by their names
 * (`LeaseHeld`, `LeaseLost`, `AuthorityMoved`). Before and after each step the progress item says so; where that cannot be
 * written, the step is done all the same: nothing may depend on being told of.
 */
export function createHandler({ steps, progress, logger }: HandlerDependencies) {
  return async (event: unknown, lambda: HandlerContext): Promise<StepAnswer> => {
    const asked = parseEvent(event);
    const call = { ...asked, remainingMs: () => lambda.getRemainingTimeInMillis() };
    const answer = await run(call);
    logger.info('step answered', {
      ...identify(asked),
      outcome: answer.outcome,
      answer: answer.message,
      ...(answer.reasons === undefined ? {} : { reasons: answer.reasons }),
    });
    return answer;
  };

  async function run(call: StepEvent & Pick<StepContext, 'remainingMs'>): Promise<StepAnswer> {
    if (!('token' in call.executor)) {
      const answer = await steps.lease[call.step as LeaseStep](call);
      const { token } = answer as { token?: unknown };
      if (typeof token === 'number') await tell({ ...call.executor, token }, call, { message: answer.message });
      return answer;
    }
    const context = { ...call, executor: call.executor };
    await begin(context);
    const answer = await steps.executor[call.step as ExecutorStep](context);
    // After that nobody holds the lease, and the next one may have begun to tell.
    if (call.step !== 'release') await tell(context.executor, call, reportOf(answer));
    return answer;
  }

  /** What a state that is entered for the first time has begun; one that is called again keeps what it said. */
  async function begin({ executor, state, step }: StepContext & { readonly step: string }): Promise<void> {
    const known = await quietly(() => progress.read(), state);
    if (known?.execution === executor.execution && known.step === state) return;
    await tell(executor, { state }, { message: `${step} has begun` });
  }

  async function tell(executor: Executor, { state }: { state: string }, report: Omit<ProgressReport, 'step'>) {
    await quietly(() => progress.report(executor, { step: state, ...report }), state);
  }

  async function quietly<Result>(work: () => Promise<Result>, state: string): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      logger.warn('the progress could not be told', { state, ...errorFields(error) });
      return undefined;
    }
  }
}

const identify = ({ step, state, name, executor }: StepEvent) => ({
  step,
  state,
  machine: executor.machine,
  execution: executor.execution,
  execution_name: name,
});

/** What of an answer people are shown. */
function reportOf({ message, ...data }: StepAnswer): Omit<ProgressReport, 'step'> {
  const { lagSeconds, estimatedSeconds, waitingFor, rows } = data;
  return {
    message,
    ...(typeof lagSeconds === 'number' ? { lagSeconds } : {}),
    ...(typeof estimatedSeconds === 'number' ? { estimatedSeconds } : {}),
    ...(typeof waitingFor === 'string' ? { waitingFor } : {}),
    ...(isRows(rows) ? { rows: { done: rows.copied, estimated: rows.estimated } } : {}),
  };
}

const isRows = (rows: unknown): rows is { readonly copied: number; readonly estimated: number } =>
  typeof rows === 'object' && rows !== null && 'copied' in rows && 'estimated' in rows;
