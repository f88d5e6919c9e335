import { openSession } from '../../../../lambda/migration-validation/database/session';
import { keysOf } from '../../../../lambda/migration-validation/distributed/files';
import type { PlanProgress } from '../../../../lambda/migration-validation/distributed/plan-comparison';
import { S3ResultStore } from '../../../../lambda/migration-validation/distributed/s3-result-store';
import { createHandler, type Judgement, type ValidationParts } from '../../../../lambda/migration-validation/handler';
import { validationParts } from '../../../../lambda/migration-validation/parts';
import { type Report, report } from '../../../../lambda/migration-validation/report/model';
import type { GivenRequest } from '../../../../lambda/migration-validation/request';
import type { LocalPostgres } from '../../../support/postgres';
import { withClient } from '../../../support/ledger-database';
import { type S3StandIn, startS3 } from '../../shared/audit/s3-stand-in';

const BUCKET = 'comparisons-test';
const READER = { user: 'comparison_reader', password: 'reads-only' };

const SCHEMA = `
  CREATE SCHEMA shop;
  CREATE TABLE shop.orders (id bigint PRIMARY KEY, customer text NOT NULL, amount numeric(12,2), created_at timestamptz);
  CREATE TABLE shop.tokens (id text PRIMARY KEY, owner text);
  CREATE TABLE shop.notes (body text, mark integer);
  INSERT INTO shop.orders SELECT i, 'customer ' || i % 7, i * 1.25, '2024-01-01Z'::timestamptz + i * interval '1 minute'
    FROM generate_series(1, 5000) AS i;
  INSERT INTO shop.tokens SELECT md5(i::text), 'owner ' || i FROM generate_series(1, 1000) AS i;
  INSERT INTO shop.notes SELECT 'note ' || i, i % 3 FROM generate_series(1, 300) AS i;
  ANALYZE;
  GRANT USAGE ON SCHEMA shop TO ${READER.user};
  GRANT SELECT ON ALL TABLES IN SCHEMA shop TO ${READER.user};`;

/** The function, with S3 and PostgreSQL on this machine. */
export class Bench {
  private databases = 0;
  name = 'postgres';

  private constructor(
    readonly source: LocalPostgres,
    readonly target: LocalPostgres,
    readonly s3: S3StandIn,
  ) {}

  static async start(source: LocalPostgres, target: LocalPostgres): Promise<Bench> {
    const bench = new Bench(source, target, await startS3());
    await bench.on('both', `CREATE ROLE ${READER.user} LOGIN PASSWORD '${READER.password}'`);
    await bench.on('both', 'CREATE DATABASE equal_shops');
    bench.name = 'equal_shops';
    await bench.on('both', SCHEMA);
    return bench;
  }

  /** A new pair of equal databases. */
  async fresh(): Promise<void> {
    this.databases += 1;
    const name = `shop_${this.databases}`;
    this.name = 'postgres';
    await this.on('both', `CREATE DATABASE ${name} TEMPLATE equal_shops`);
    this.name = name;
  }

  /** Runs SQL on one side, or on both. */
  async on(servers: LocalPostgres | 'both', sql: string): Promise<void> {
    const all = servers === 'both' ? [this.source, this.target] : [servers];
    await Promise.all(
      all.map((server) => withClient({ ...server.superuser, database: this.name }, (client) => client.query(sql))),
    );
  }

  /** The function as it is called: with so much time left, and other parts where a test wants them. */
  invoke<Result>(
    event: unknown,
    {
      remainingMs = 900_000,
      parts = {},
    }: { readonly remainingMs?: number; readonly parts?: Partial<ValidationParts> } = {},
  ): Promise<Result> {
    const processed = { pages: async function* () {}, find: () => Promise.resolve([]) };
    const database = (server: LocalPostgres, role: 'source' | 'target', statementTimeoutMs: number | undefined) => ({
      role,
      connect: () => openSession({ ...server.superuser, ...READER, database: this.name }, { statementTimeoutMs }),
    });
    const handler = createHandler({
      store: new S3ResultStore(this.s3.client, BUCKET),
      databases: (direction, { statementTimeoutMs }) => {
        const [source, target] = direction === 'forward' ? [this.source, this.target] : [this.target, this.source];
        return {
          source: database(source, 'source', statementTimeoutMs),
          target: database(target, 'target', statementTimeoutMs),
        };
      },
      parts: { ...validationParts(processed), ...parts },
      defaults: { rowsPerChunk: 500, settleSeconds: 0 },
      statementTimeoutMs: 60_000,
      logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    const started = Date.now();
    return handler(event, {
      getRemainingTimeInMillis: () => remainingMs - (Date.now() - started),
    }) as Promise<Result>;
  }

  async plan(id: string, request: GivenRequest = {}): Promise<PlanProgress> {
    let progress: PlanProgress = { finished: false, parts: 0, chunks: 0, chunksKey: '' };
    while (!progress.finished) {
      progress = await this.invoke<PlanProgress>({ action: 'plan', id, request, parts: progress.parts });
    }
    return progress;
  }

  /** The list that the map goes over, in batches as Step Functions makes them. */
  batches(id: string, size: number): { readonly action: string; readonly id: string; readonly chunks: unknown[] }[] {
    const chunks = JSON.parse(this.s3.objects.get(`${BUCKET}/${keysOf(id).chunks}`)?.body ?? '[]') as unknown[];
    return Array.from({ length: Math.ceil(chunks.length / size) }, (_, index) => ({
      action: 'compare-chunks',
      id,
      chunks: chunks.slice(index * size, (index + 1) * size),
    }));
  }

  /** What the state machine does. */
  async run(id: string, request: GivenRequest = {}, size = 4): Promise<Report> {
    await this.plan(id, request);
    for (const batch of this.batches(id, size)) await this.invoke(batch);
    return this.summarize(id);
  }

  async summarize(id: string, failure?: { readonly Error: string; readonly Cause: string }): Promise<Report> {
    const { verdict } = await this.invoke<Judgement>({ action: 'summarize', id, ...(failure && { failure }) });
    const written = this.report(id);
    if (written.verdict !== verdict) throw new Error('the answer must be the verdict of the report');
    return written;
  }

  report(id: string): Report {
    return report.parse(JSON.parse(this.s3.objects.get(`${BUCKET}/${keysOf(id).report}`)?.body ?? 'null'));
  }

  /** Every object of a comparison, as text. */
  texts(id: string): string[] {
    return [...this.s3.objects].filter(([key]) => key.includes(`/${id}/`)).map(([, { body }]) => body);
  }

  /** How often each result was written. */
  resultVersions(id: string): number[] {
    return [...this.s3.objects].filter(([key]) => key.includes(`/${id}/results/`)).map(([, { versions }]) => versions);
  }
}
