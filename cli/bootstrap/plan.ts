import { errorName } from '../shared/aws-errors';
import type { Say, Sleep } from '../shared/command';
import { BootstrapInterrupted } from './errors';

/** What happens to one part of a resource. */
export type Change = 'create' | 'update' | 'unchanged';

/** A setting in comparable form: a text, or the parts of a document, whose order means nothing. */
export type Value = string | readonly string[];

/** One part of a resource, as it is and as it will be. */
export interface Step {
  readonly change: Change;
  /** What it is about: `bucket payment-terraform-state-111111111111 versioning`. */
  readonly subject: string;
  /** What it is and will be: `off -> on`. */
  readonly detail: string;
  /** The parts of a document that change: `- part` and `+ part`. */
  readonly lines?: readonly string[];
  /** Makes the change; absent where nothing changes. Repeating it does no harm. */
  readonly apply?: () => Promise<void>;
}

/** What was found out about one resource, by reading only. */
export interface Inspection {
  readonly steps: readonly Step[];
  /** What a person must solve first; one is enough for nothing to be changed. */
  readonly problems: readonly string[];
  /** What a person should know, and nothing depends on. */
  readonly notes: readonly string[];
}

/**
 * What AWS answers for a while about a resource that was created a moment ago, or that is still being changed. IAM rights
 * are checked before existence, so these are never a missing permission.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency
 */
const NOT_YET = [
  'NotFoundException',
  'NoSuchBucket',
  'OperationAborted',
  'ResourceNotFoundException',
  'TableNotFoundException',
  'ResourceInUseException',
  'ContinuousBackupsUnavailableException',
];
const ATTEMPTS = 12;
const PAUSE_SECONDS = 5;

/** The step of a setting: unchanged when what is there is what is wanted. */
export function settingStep(subject: string, is: Value, wanted: Value, apply: () => Promise<void>): Step {
  if (isEqual(is, wanted)) return { change: 'unchanged', subject, detail: summary(is) };
  return {
    change: 'update',
    subject,
    detail: `${summary(is)} -> ${summary(wanted)}`,
    lines: changes(is, wanted),
    apply,
  };
}

/** The step of a setting of a resource that does not exist yet. */
export function firstStep(subject: string, wanted: Value, apply: () => Promise<void>): Step {
  return { change: 'create', subject, detail: `none -> ${summary(wanted)}`, lines: changes('none', wanted), apply };
}

const asItems = (value: Value): readonly string[] => (typeof value === 'string' ? [value] : [...value].sort());

const isEqual = (a: Value, b: Value): boolean => asItems(a).join('\n') === asItems(b).join('\n');

const summary = (value: Value): string =>
  typeof value === 'string' ? value : `${value.length} ${value.length === 1 ? 'part' : 'parts'}`;

/** The parts that go and the parts that come; none where the summary says it all. */
function changes(is: Value, wanted: Value): string[] {
  if (typeof wanted === 'string') return [];
  const present = typeof is === 'string' ? [] : is;
  return [
    ...present.filter((part) => !wanted.includes(part)).map((part) => `- ${part}`),
    ...wanted.filter((part) => !present.includes(part)).map((part) => `+ ${part}`),
  ];
}

/** The plan's lines for a step. */
export const formatStep = ({ change, subject, detail, lines = [] }: Step): string[] => [
  `  ${change.padEnd(9)}  ${subject}: ${detail}`,
  ...lines.map((line) => `             ${line}`),
];

/** Makes the changes in order, saying each when it is done. */
export async function applySteps(
  steps: readonly Step[],
  { say, sleep }: { readonly say: Say; readonly sleep: Sleep },
): Promise<void> {
  for (const { change, subject, apply } of steps) {
    if (apply === undefined) continue;
    try {
      await patiently(apply, sleep);
    } catch (error) {
      throw new BootstrapInterrupted(`${change} ${subject}`, error);
    }
    say(`  done       ${change} ${subject}`);
  }
}

async function patiently(apply: () => Promise<void>, sleep: Sleep): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await apply();
      return;
    } catch (error) {
      if (attempt === ATTEMPTS || !NOT_YET.includes(errorName(error))) throw error;
      await sleep(PAUSE_SECONDS);
    }
  }
}
