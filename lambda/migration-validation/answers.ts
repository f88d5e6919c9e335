import { isBlocking } from './assessment/assess';
import type { Assessment } from './assessment/model';
import { type Report, type Verdict, worst } from './report/model';

/** What state machines are told of a report: they decide by it, and people read it. No values and no keys of rows. */
export interface Answer {
  readonly verdict: Verdict | Assessment['verdict'];
  /** One sentence for each thing that speaks against it: the first ones, and how many more there are. */
  readonly reasons: readonly string[];
  /** Of a comparison: what all checks of the ledger came to; `absent` when neither database holds one. */
  readonly ledger?: Verdict | 'absent';
}

/** How many sentences, of so many characters, are answered: a state holds 256 kB together with all others. */
const MAX_REASONS = 20;
const MAX_LENGTH = 300;

export const answerOfReport = ({ verdict, reasons, ledger }: Report): Answer => ({
  verdict,
  reasons: first(reasons),
  ledger: ledger === undefined ? 'absent' : worst(ledger.map((check) => check.verdict)),
});

/** What could not be looked at comes first, as in the verdict. */
export const answerOfAssessment = ({ verdict, findings, unknown }: Assessment): Answer => ({
  verdict,
  reasons: first([
    ...unknown.map(({ id, object, reason, fix }) => `${id}, ${object}: could not be told, ${reason}; ${fix}`),
    ...findings.filter(isBlocking).map(({ id, object, reason, fix }) => `${id}, ${object}: ${reason}; ${fix}`),
  ]),
});

function first(sentences: readonly string[]): string[] {
  const shown = sentences
    .slice(0, MAX_REASONS)
    .map((text) => (text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 1)}…`));
  const more = sentences.length - shown.length;
  return more === 0 ? shown : [...shown, `${more} more: see the report`];
}
