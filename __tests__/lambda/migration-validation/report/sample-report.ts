import type { Report, TableResult } from '../../../../lambda/migration-validation/report/model';

const SERVER = {
  host: 'db',
  port: 5432,
  database: 'payments',
  user: 'reader',
  version: 'PostgreSQL 14.23',
  tls: 'TLSv1.3',
  encoding: 'UTF8',
};

export const tableResult = (overrides: Partial<TableResult> = {}): TableResult => ({
  schema: 'payments',
  name: 'entries',
  verdict: 'equal',
  key: ['id'],
  method: 'ranges',
  rangeKey: ['id'],
  rows: { source: 2, target: 2 },
  chunks: 1,
  rechecked: 0,
  counts: { missingOnTarget: 0, missingOnSource: 0, changed: 0 },
  undecided: 0,
  differences: [],
  seconds: 0.5,
  rowsPerSecond: 4,
  ...overrides,
});

export const sampleReport = (overrides: Partial<Report> = {}): Report => ({
  formatVersion: 1,
  verdict: 'equal',
  reasons: [],
  mode: 'exact',
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T00:01:05.000Z',
  source: SERVER,
  target: { ...SERVER, host: 'aurora', version: 'PostgreSQL 16.14' },
  basis: ['The source was read in one snapshot.'],
  schema: { verdict: 'equal', tablesCompared: 1, differences: [] },
  tables: [tableResult()],
  sequences: [],
  notCompared: [],
  ...overrides,
});
