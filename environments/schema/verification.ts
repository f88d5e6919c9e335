import { FUNCTION_LIMITS } from '../../constructs/compute/function-limits';
import { COMPARISON_LIMITS } from '../../constructs/verification/comparison-limits';
import { integer, section } from './primitives';

const { maxConcurrency, chunksPerBatch } = COMPARISON_LIMITS;
const { memorySizeMib } = FUNCTION_LIMITS;

/** The comparison of the databases, which there is where one is replicated to the other. */
export const verificationSchema = section({
  maxConcurrency: integer(maxConcurrency.least, maxConcurrency.most, maxConcurrency.unit)
    .default(4)
    .describe(
      'Batches that are compared at once: each is a connection to both databases, and one core of each at most.',
    ),
  chunksPerBatch: integer(chunksPerBatch.least, chunksPerBatch.most, chunksPerBatch.unit)
    .default(10)
    .describe('Chunks that one invocation compares. They must fit into its 15 minutes.'),
  rowsPerChunk: integer(1000, 10_000_000, 'rows')
    .default(500_000)
    .describe('Rows in a chunk, about; an execution may ask for others.'),
  statementTimeoutSeconds: integer(1, 800, 'seconds')
    .default(120)
    .describe(
      'How long one statement of the comparison may take in a database. A chunk that needs longer is cut in two.',
    ),
  settleSeconds: integer(0, 300, 'seconds')
    .default(30)
    .describe(
      'How long replication is given before rows that differ are read again; an execution may name a slot instead.',
    ),
  memorySizeMib: integer(memorySizeMib.least, memorySizeMib.most, memorySizeMib.unit)
    .default(512)
    .describe('Memory of migration-validation, which waits for the databases most of the time.'),
}).describe('The comparison of the on-premises database with Aurora: state machine and function migration-validation.');
