import * as z from 'zod/mini';

const names = z.array(z.string().check(z.minLength(1)));

/** What is compared, and how: the same for every step of a comparison. */
export const comparisonRequest = z.strictObject({
  /** Which side is the source: on-premises forward, Aurora in reverse. */
  direction: z.enum(['forward', 'reverse']),
  /** `exact`: nobody may write meanwhile, which is checked. `live`: what differs is read again. */
  mode: z.enum(['exact', 'live']),
  /** @default all of them */
  schemas: z.optional(names),
  /** `schema.table`, `schema.*`, `*.table`. @default none */
  excludeTables: z.optional(names),
  /**
   * Parts that are left out, which the report says: `sequences` until they are set on the target, for they are not replicated.
   * The ledger never is.
   * @default none
   */
  without: z.optional(z.array(z.enum(['schema', 'sequences']))),
  /** The source's logical replication slot whose position says that the target has caught up. @default `settleSeconds` are waited */
  slot: z.optional(z.string().check(z.minLength(1))),
  /** How long to wait for the slot, or without one for the target, in seconds. */
  settleSeconds: z.int().check(z.gte(0), z.lte(300)),
  /** Rows in a chunk, about. */
  rowsPerChunk: z.int().check(z.gte(1), z.lte(10_000_000)),
  /** How many differing rows are listed for each table. */
  maxDifferences: z.int().check(z.gte(0), z.lte(10_000)),
  /** Whether reports hold values of rows. Keys are in them in any case. */
  values: z.boolean(),
});

export type ComparisonRequest = z.infer<typeof comparisonRequest>;

/** What a request says: what it leaves out has a default. */
export const givenRequest = z.partial(comparisonRequest);

export type GivenRequest = z.infer<typeof givenRequest>;

/** What an environment decides of a request's defaults. */
export type RequestDefaults = Pick<ComparisonRequest, 'rowsPerChunk' | 'settleSeconds'>;

/** The request with everything filled in. Values of rows stay in the databases unless somebody asks for them (PCI DSS). */
export const completeRequest = (given: GivenRequest, defaults: RequestDefaults): ComparisonRequest => ({
  direction: 'forward',
  mode: 'live',
  maxDifferences: 100,
  values: false,
  ...defaults,
  ...given,
});
