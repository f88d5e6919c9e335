import type { ProgressBoard, ProgressReport } from '../../shared/migration/progress';
import type { StepContext } from '../step';

/** Writes what is happening to the progress item. */
export const tell = (
  { progress }: { readonly progress: ProgressBoard },
  { executor, state }: Pick<StepContext, 'executor' | 'state'>,
  message: string,
  more: Omit<ProgressReport, 'step' | 'message'> = {},
): Promise<void> => progress.report(executor, { step: state, message, ...more });
