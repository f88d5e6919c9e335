import type { Progress } from '../../../lambda/shared/migration/progress';
import { sinceText, spanText } from '../text';

/** The step that runs, what it says, and what is known of its length. */
export function progressText({ step, message, lagSeconds, rows, estimatedSeconds }: Progress): string {
  const facts = [
    ...(lagSeconds === undefined ? [] : [`lag ${spanText(lagSeconds)}`]),
    ...(rows === undefined ? [] : [`${rows.done} of about ${rows.estimated} rows`]),
    ...(estimatedSeconds === undefined ? [] : [`about ${spanText(estimatedSeconds)} to go`]),
  ];
  return `${step}: ${message}${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`;
}

export const progressAgeText = ({ since, updatedAt }: Progress, now: number): string =>
  `for ${sinceText(since, now)}, written ${sinceText(updatedAt, now)} ago`;

/** What a human must do now, as a command that can be copied. */
export const waitingText = (waitingFor: string, environment: string): string =>
  waitingFor
    .replace(/(npm run migration -- (?:approve|refuse) [^\s,;()]+)/g, `$1 --environment ${environment}`)
    .replaceAll('<environment>', environment);
