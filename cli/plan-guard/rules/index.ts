import type { Rule } from '../rule';
import { clearance } from './clearance';
import { databaseChange } from './database-change';
import { databaseRemoval } from './database-removal';
import { encryptionKey } from './encryption-key';
import { keyOfData } from './key-of-data';
import { migrationState } from './migration-state';
import { releaseUnderGreen } from './release-under-green';
import { replicationEndpoint } from './replication-endpoint';
import { replicationInstance } from './replication-instance';
import { replicationTask } from './replication-task';
import { secret } from './secret';
import { stateMachine } from './state-machine';
import { staticParameter } from './static-parameter';
import { weightsAlone } from './weights-alone';

/** Every rule, in the order in which findings are told. */
export const RULES: readonly Rule[] = [
  replicationTask,
  replicationInstance,
  replicationEndpoint,
  databaseRemoval,
  databaseChange,
  staticParameter,
  encryptionKey,
  keyOfData,
  weightsAlone,
  releaseUnderGreen,
  migrationState,
  clearance,
  secret,
  stateMachine,
];
