import type { StateMachineDefinition } from '../../workflow';
import { advanceDefinition } from './advance';
import { cutoverDefinition } from './cutover';
import { finishDefinition } from './finish';
import { replicateDefinition } from './replicate';
import { resumeDefinition } from './resume';
import { rollbackDefinition } from './rollback';
import type { CutoverDefinitionProps } from './tasks';

export type { CalledFunction, CutoverDefinitionProps } from './tasks';

/** The machines, and what each of them does. */
export const CUTOVER_DEFINITIONS = {
  replicate: replicateDefinition,
  advance: advanceDefinition,
  cutover: cutoverDefinition,
  rollback: rollbackDefinition,
  resume: resumeDefinition,
  finish: finishDefinition,
} as const satisfies Record<string, (props: CutoverDefinitionProps) => StateMachineDefinition>;

export type CutoverMachine = keyof typeof CUTOVER_DEFINITIONS;
