import type { Finding, Judgement } from './judge';

/** The judgement for people. */
export function judgementLines({
  verdict,
  phases,
  phaseFrom,
  findings,
  allowed,
  changes,
  drifted,
}: Judgement): string[] {
  return [
    `phase      ${phases.join(' and ')} (${phaseFrom})`,
    `plan       ${count(changes, 'change')}${drifted === 0 ? '' : `; ${count(drifted, 'object')} changed outside of Terraform`}`,
    ...findings.flatMap((finding) => ['', ...refusedLines(finding)]),
    ...(allowed.length === 0 ? [] : ['', ...allowed.map(({ allow, action }) => `allowed    ${allow} (${action})`)]),
    '',
    verdict === 'clear'
      ? `clear: ${allowed.length === 0 ? 'nothing in this plan is refused' : `nothing but what was allowed (${allowed.length})`}`
      : `refused: ${count(findings.length, 'finding')}${allowed.length === 0 ? '' : `, ${allowed.length} allowed`}; do not apply this plan`,
  ];
}

const refusedLines = ({ rule, address, action, changes, reason, allow }: Finding): string[] => [
  `REFUSED    ${address}`,
  `  rule     ${rule}`,
  `  action   ${action}`,
  ...(changes.length === 0 ? [] : [`  changes  ${changes.join(', ')}`]),
  `  reason   ${reason}`,
  `  to allow it once: --allow ${quoted(allow)}`,
];

/** As one word for a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
