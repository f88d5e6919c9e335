import type { Assessment, Finding, Severity } from '../../lambda/migration-validation/assessment/model';

const SEVERITIES: readonly { readonly severity: Severity; readonly title: string }[] = [
  { severity: 'blocker', title: 'BLOCKER' },
  { severity: 'warning', title: 'WARNING' },
  { severity: 'info', title: 'INFO' },
];
/** What comes after is in assessment.json. */
const OBJECTS_SHOWN = 10;

const valueOf = ({ value }: Finding): string => (value === undefined || value === '' ? '' : ` (${String(value)})`);

/** What was found as lines for the terminal: by severity, by rule, each object with what removes it. */
export function assessmentLines(found: Assessment): string[] {
  const open = found.findings.filter(({ accepted }) => accepted !== true);
  return [
    ...heading(found),
    ...SEVERITIES.flatMap(({ severity, title }) => {
      const own = open.filter((finding) => finding.severity === severity);
      return own.length === 0 ? [] : ['', `${title} ${own.length}`, ...byRule(own)];
    }),
    ...unknownLines(found),
    ...acceptedLines(found),
    '',
    summary(found, open),
  ];
}

const heading = ({ facts: { server, target, tables } }: Assessment): string[] => [
  ...(server === undefined
    ? []
    : [
        `source: database ${server.database}, ${server.version.split(' on ')[0] ?? ''}, ${tables?.length ?? 0} tables, ${mebibytes(server.bytes)}, as ${server.user}`,
      ]),
  ...(target === undefined
    ? []
    : [`target: database ${target.server.database}, ${target.server.version.split(' on ')[0] ?? ''}`]),
];

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024)} MiB`;

function byRule(findings: readonly Finding[]): string[] {
  const ids = [...new Set(findings.map(({ id }) => id))];
  return ids.flatMap((id) => {
    const own = findings.filter((finding) => finding.id === id);
    const [{ reason, page } = { reason: '', page: '' }] = own;
    const sameFix = own.every(({ fix }) => fix === own[0]?.fix);
    const shown = own.slice(0, OBJECTS_SHOWN);
    return [
      `  ${id}: ${reason}`,
      ...shown.flatMap((finding) => [
        `    ${finding.object}${valueOf(finding)}`,
        ...(sameFix ? [] : [`      fix: ${finding.fix}`]),
      ]),
      ...(own.length > shown.length ? [`    and ${own.length - shown.length} more: --report writes them all`] : []),
      ...(sameFix ? [`    fix: ${own[0]?.fix ?? ''}`] : []),
      `    ${page}`,
    ];
  });
}

const unknownLines = ({ unknown }: Assessment): string[] =>
  unknown.length === 0
    ? []
    : [
        '',
        `COULD NOT TELL ${unknown.length}`,
        ...unknown.flatMap(({ id, object, reason, fix }) => [`  ${id}: ${object}: ${reason}`, `    fix: ${fix}`]),
      ];

function acceptedLines({ findings }: Assessment): string[] {
  const accepted = findings.filter((finding) => finding.accepted === true);
  if (accepted.length === 0) return [];
  return [
    '',
    `ACCEPTED ${accepted.length}`,
    ...accepted.map((finding) => `  ${finding.id} (${finding.severity}): ${finding.object}${valueOf(finding)}`),
  ];
}

function summary({ verdict, unknown, notAsked }: Assessment, open: readonly Finding[]): string {
  const count = (severity: Severity): number => open.filter((finding) => finding.severity === severity).length;
  const found = `${plural(count('blocker'), 'blocker')}, ${plural(count('warning'), 'warning')}, ${count('info')} to know, ${unknown.length} could not be told`;
  const left = notAsked.length === 0 ? '' : `; ${notAsked.length} rules need --target`;
  const verdicts = { ready: 'nothing blocks', blocked: 'blocked', unknown: 'could not tell' };
  return `${verdicts[verdict]}: ${found}${left}`;
}

const plural = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
