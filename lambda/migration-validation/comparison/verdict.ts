import type { Report, SequenceResult, TableResult, Verdict } from '../report/model';
import { worst } from '../report/model';

type Findings = Pick<Report, 'schema' | 'tables' | 'sequences' | 'ledger' | 'notCompared'>;

/** The verdict on everything that was found, and why, one sentence a part that is not equal: what is unknown first. */
export function judge(findings: Findings): { readonly verdict: Verdict; readonly reasons: string[] } {
  const parts = [
    ...schemaPart(findings),
    ...findings.tables.map((table) => ({ verdict: table.verdict, reason: tableReason(table) })),
    ...findings.sequences.map((sequence) => ({ verdict: sequence.verdict, reason: sequenceReason(sequence) })),
    ...(findings.ledger ?? []).map(({ verdict, name, problem, differing, compared }) => ({
      verdict,
      reason: `Ledger, ${name}: ${problem ?? `${count(differing)} of ${count(compared)} differ`}.`,
    })),
    ...findings.notCompared.map(({ object, reason, asked }) => ({
      verdict: asked ? ('equal' as const) : ('unknown' as const),
      reason: `${object} was not compared: ${reason}.`,
    })),
    ...(findings.tables.length === 0
      ? [
          {
            verdict: 'unknown' as const,
            reason: 'No table was compared: none was found in the schemas that were asked for.',
          },
        ]
      : []),
  ];
  const reasonsOf = (verdict: Verdict) => parts.filter((part) => part.verdict === verdict).map(({ reason }) => reason);
  return {
    verdict: worst(parts.map((part) => part.verdict)),
    reasons: [...reasonsOf('unknown'), ...reasonsOf('different')],
  };
}

function schemaPart({ schema, notCompared }: Findings): { verdict: Verdict; reason: string }[] {
  if (schema === undefined && notCompared.some(({ object, asked }) => object === 'schema' && asked)) return [];
  if (schema === undefined) return [{ verdict: 'unknown', reason: 'The schemas were not compared.' }];
  const { verdict, problem, differences } = schema;
  const places = differences.length === 1 ? 'one place' : `${count(differences.length)} places`;
  return [
    {
      verdict,
      reason: problem === undefined ? `The schemas differ in ${places}.` : `The schemas: ${problem}.`,
    },
  ];
}

function tableReason({ schema, name, verdict, problem, counts, undecided }: TableResult): string {
  const found = [
    [counts.missingOnTarget, 'missing on the target'],
    [counts.missingOnSource, 'missing on the source'],
    [counts.changed, 'changed'],
    [undecided, 'still changing'],
  ] as const;
  const difference = found
    .filter(([number]) => number > 0)
    .map(([number, what], at) => `${count(number)} ${at > 0 ? '' : number === 1 ? 'row ' : 'rows '}${what}`);
  const open = problem ?? (verdict === 'unknown' && undecided === 0 ? 'it could not be told' : undefined);
  return `${schema}.${name}: ${[...(open === undefined ? [] : [open]), ...(difference.length === 0 ? [] : [difference.join(', ')])].join('; ')}.`;
}

function sequenceReason({ schema, name, problem, source, target, used }: SequenceResult): string {
  const values = `the target stands at ${target ?? 'nothing'}, the source at ${source ?? 'nothing'}, the highest used value is ${used ?? 'none'}`;
  return `Sequence ${schema}.${name}: ${problem ?? values}.`;
}

export const count = (number: number): string => number.toLocaleString('en-US');
