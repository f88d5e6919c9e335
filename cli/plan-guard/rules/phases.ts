import { MIGRATION_PHASES } from '../../../environments/environment';
import type { Phase } from '../rule';

/** Always. */
export const EVERY_PHASE: readonly Phase[] = MIGRATION_PHASES;
/** While there is replication, in one direction or the other. */
export const REPLICATING: readonly Phase[] = ['replication', 'traffic-shift', 'data-on-aws'];
/** From the first copied row on. */
export const DATA_ON_AURORA: readonly Phase[] = ['replication', 'traffic-shift', 'data-on-aws', 'finished'];
/** While a cutover, a rollback or a resume may run. */
export const SWITCHING: readonly Phase[] = ['traffic-shift', 'data-on-aws'];
