import { diffLines } from '../../lambda/migration-validation/schema/diff-text';
import type { Report, TableResult } from '../../lambda/migration-validation/report/model';

/** What the terminal shows of each table's differing rows. */
const ROWS_SHOWN = 3;
const VERDICTS = { equal: 'EQUAL', different: 'DIFFERENT', unknown: 'COULD NOT TELL' } as const;

/** What a comparison found, as lines for a terminal. */
export function summaryOf(report: Report): string[] {
  const { source, target, tables, sequences } = report;
  const setvals = sequences.flatMap(({ setval }) => (setval === undefined ? [] : [`  ${setval}`]));
  const left = report.notCompared.map(({ object, reason }) => `  ${object}: ${reason}`);
  return [
    `source  ${serverText(source)}`,
    `target  ${serverText(target)}`,
    '',
    ...tableLines(tables),
    ...tables.flatMap(differenceLines),
    ...section('Schema', (report.schema?.differences ?? []).flatMap(schemaLines)),
    ...section('To be run on the target before it is written', setvals),
    ...section('Not compared', left),
    ...section(
      'Why',
      report.reasons.map((reason) => `  ${reason}`),
    ),
    '',
    `${VERDICTS[report.verdict]} (${report.mode}, ${seconds(report)} s)`,
  ].map(printable);
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines];

const serverText = ({ host, port, database, user, version, tls }: Report['source']): string =>
  `${database} on ${host}:${port}, ${version.split(' on ')[0] ?? version}, as ${user}, TLS ${tls}`;

const seconds = ({ startedAt, finishedAt }: Report): string =>
  ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(1);

function tableLines(tables: readonly TableResult[]): string[] {
  const header = ['table', 'source', 'target', 'missing', 'extra', 'changed', 'rows/s', 'verdict'];
  const rows = tables.map(({ schema, name, rows: { source, target }, counts, rowsPerSecond, verdict }) => [
    `${schema}.${name}`,
    ...[source, target, counts.missingOnTarget, counts.missingOnSource, counts.changed, rowsPerSecond].map(number),
    verdict,
  ]);
  const widths = header.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  return [header, ...rows].map((row) =>
    row
      .map((cell, at) =>
        at === 0 || at === row.length - 1 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function differenceLines({ schema, name, differences, counts }: TableResult): string[] {
  if (differences.length === 0) return [];
  const all = counts.missingOnTarget + counts.missingOnSource + counts.changed;
  const shown = differences.slice(0, ROWS_SHOWN);
  return [
    '',
    `${schema}.${name}:`,
    ...shown.map(differenceLine),
    ...(all > shown.length ? [`  … and ${number(all - shown.length)} more`] : []),
  ];
}

function differenceLine({ kind, key, columns = [] }: TableResult['differences'][number]): string {
  const row = Object.entries(key).map(([name, value]) => `${name}=${value ?? 'NULL'}`);
  const changes = columns.map(({ name, source, target }) =>
    source === undefined || target === undefined ? name : `${name}: ${source ?? 'NULL'} -> ${target ?? 'NULL'}`,
  );
  const text = `  ${kind.replaceAll('-', ' ')}  ${row.length === 0 ? '(row left out)' : row.join(' ')}`;
  return changes.length === 0 ? text : `${text}  ${changes.join(', ')}`;
}

function schemaLines({ kind, object, source, target }: NonNullable<Report['schema']>['differences'][number]): string[] {
  const what = `  ${kind} ${object}`;
  if (source === undefined) return [`${what}: only on the target`];
  if (target === undefined) return [`${what}: only on the source`];
  // Functions have many lines: the equal ones are left out.
  if (`${source}${target}`.includes('\n'))
    return [`${what}:`, ...diffLines(source, target).map((line) => `    ${line}`)];
  return [`${what}: ${source} -> ${target}`];
}

/** Values come from a database: none may move the cursor or start a new line. */
const printable = (line: string): string =>
  line.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) =>
    character === '\n' ? '\\n' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const number = (value: number): string => Math.round(value).toLocaleString('en-US');
