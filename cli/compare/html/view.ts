import type { Report, TableResult } from '../../../lambda/migration-validation/report/model';
import { STYLE } from './style';

interface ShownValue {
  readonly text: string;
  /** Whether the text is the value, not a word for what it is. */
  readonly isText: boolean;
}

const VERDICTS = {
  equal: [
    'Equal',
    'Everything that was compared is the same on both sides, and nothing was left out without having been asked for.',
  ],
  different: ['Different', 'The two databases do not hold the same.'],
  unknown: ['Could not tell', 'A part was not compared. This is not a proof that the databases are equal.'],
} as const;

const MODES = {
  exact: 'One exact pass over a snapshot of each side.',
  live: 'Compared while replication was running: what stayed different after it had caught up counts.',
  delta: 'Only what an earlier pass had not seen, and whole tables where rows may have changed.',
} as const;

/** What the page shows of a report, as texts. */
export const viewOf = (report: Report) => ({
  title: `Comparison: ${VERDICTS[report.verdict][0].toLowerCase()}`,
  style: STYLE,
  verdict: report.verdict,
  verdictText: VERDICTS[report.verdict][0],
  verdictMeaning: VERDICTS[report.verdict][1],
  modeText: MODES[report.mode],
  startedAt: report.startedAt,
  finishedAt: report.finishedAt,
  duration: duration(Date.parse(report.finishedAt) - Date.parse(report.startedAt)),
  servers: serversOf(report),
  reasons: report.reasons,
  tablesText: tablesText(report.tables),
  tables: report.tables.map(tableOf),
  differing: report.tables.filter(({ differences }) => differences.length > 0).map(differingOf),
  noDifference: report.tables.some(({ verdict }) => verdict !== 'equal')
    ? 'None is listed; see the tables above.'
    : 'No row differs.',
  schemaText: schemaText(report.schema),
  schema: report.schema?.differences ?? [],
  noSequences: report.notCompared.some(({ object }) => object === 'sequences')
    ? 'They were not compared; see below.'
    : 'There are none.',
  sequences: report.sequences.map((sequence) => ({
    ...sequence,
    name: `${sequence.schema}.${sequence.name}`,
    column: sequence.column ?? '',
    source: sequence.source ?? '',
    target: sequence.target ?? '',
    used: sequence.used ?? '',
    problem: sequence.problem ?? '',
  })),
  setvals: report.sequences.flatMap(({ setval }) => (setval === undefined ? [] : [setval])),
  ledger: report.ledger?.map((check) => ({
    ...check,
    problem: check.problem ?? '',
    basis: check.basis ?? '',
    compared: number(check.compared),
    differing: number(check.differing),
  })),
  ledgerDifferences: (report.ledger ?? []).flatMap(({ differences }) => differences),
  noLedger: report.notCompared.some(({ object }) => object === 'ledger')
    ? 'It was not reconciled; see below.'
    : "The ledger's tables are in neither database.",
  notCompared: report.notCompared.map((each) => ({ ...each, asked: each.asked ? 'yes' : 'no' })),
  basis: report.basis,
  formatVersion: report.formatVersion,
});

function serversOf({ source, target }: Report) {
  const rows = [
    ['Server', source.host, target.host],
    ['Port', `${source.port}`, `${target.port}`],
    ['Database', source.database, target.database],
    ['Read as', source.user, target.user],
    ['Version', source.version, target.version],
    ['TLS', source.tls, target.tls],
    ['Encoding', source.encoding, target.encoding],
    ['System identifier', source.systemIdentifier ?? 'not known', target.systemIdentifier ?? 'not known'],
  ];
  return rows.map(([name, one, other]) => ({ name, source: one, target: other }));
}

const tableOf = (table: TableResult) => ({
  name: `${table.schema}.${table.name}`,
  verdict: table.verdict,
  problem: table.problem ?? '',
  source: number(table.rows.source),
  target: number(table.rows.target),
  missingOnTarget: number(table.counts.missingOnTarget),
  missingOnSource: number(table.counts.missingOnSource),
  changed: number(table.counts.changed),
  undecided: number(table.undecided),
  method: table.method,
  chunks: number(table.chunks),
  seconds: table.seconds.toFixed(1),
  rowsPerSecond: number(Math.round(table.rowsPerSecond)),
});

function differingOf(table: TableResult) {
  const { missingOnTarget, missingOnSource, changed } = table.counts;
  const all = missingOnTarget + missingOnSource + changed;
  return {
    name: `${table.schema}.${table.name}`,
    caption: `${number(table.differences.length)} listed of ${number(all)} rows that differ${table.key.length === 0 ? '; the table has no key: a row is all its values' : ''}`,
    rows: table.differences.flatMap(rowsOf),
  };
}

/** A row of the page for each column that differs; one where the row itself is missing. */
function rowsOf(difference: TableResult['differences'][number]) {
  const key = Object.entries(difference.key).map(([name, value]) => ({ name, ...shown(value) }));
  const times = difference.count === undefined || difference.count === 1 ? '' : ` (${number(difference.count)} times)`;
  const kind = `${difference.kind.replaceAll('-', ' ')}${times}`;
  const columns = difference.columns ?? [];
  if (columns.length === 0) return [{ key, kind, column: '', source: shown(undefined), target: shown(undefined) }];
  return columns.map(({ name, source, target }) => ({
    key,
    kind,
    column: name,
    source: shown(source),
    target: shown(target),
  }));
}

function shown(value: string | null | undefined): ShownValue {
  if (value === undefined) return { text: 'left out', isText: false };
  if (value === null) return { text: 'NULL', isText: false };
  return value === '' ? { text: 'empty text', isText: false } : { text: value, isText: true };
}

function tablesText(tables: readonly TableResult[]): string {
  const of = (verdict: TableResult['verdict']) => tables.filter((table) => table.verdict === verdict).length;
  const rows = tables.reduce((sum, table) => sum + table.rows.source, 0);
  return `${number(tables.length)} tables: ${number(of('equal'))} equal, ${number(of('different'))} different, ${number(of('unknown'))} could not be told; ${number(rows)} rows read on the source.`;
}

function schemaText(schema: Report['schema']): string {
  if (schema === undefined) return 'The schemas were not compared.';
  if (schema.problem !== undefined) return schema.problem;
  const tables = `${number(schema.tablesCompared)} tables compared`;
  return schema.differences.length === 0
    ? `${tables}: no difference.`
    : `${tables}: ${number(schema.differences.length)} differences.`;
}

const number = (value: number): string => value.toLocaleString('en-US');

function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
