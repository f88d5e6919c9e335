import * as z from 'zod';
import { errorText } from '../shared/aws-errors';
import type { Executions } from './executions';

/** The states of the cutover that judge its prediction, the later one first. */
const GATES = ['Check gates again', 'Check gates'];

const OUTPUT = z.object({ step: z.object({ answer: z.object({ message: z.string() }) }) });

/** What the gates of a cutover said of its freeze: only the execution's own history holds it while it waits for approval. */
export async function predictionText(executions: Executions, arn: string): Promise<string> {
  try {
    for (const state of GATES) {
      const { success, data } = OUTPUT.safeParse(await executions.lastOutputOf(arn, state));
      if (success) return data.step.answer.message;
    }
    return 'none yet: its gates have not answered';
  } catch (error) {
    return `could not be read: ${errorText(error)}`;
  }
}
