import * as z from 'zod/mini';
import { RotationRefused } from './refusal';

/** The steps of a rotation, in the order in which Secrets Manager calls for them. */
export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

export type Step = (typeof STEPS)[number];

/** What Secrets Manager asks for. */
export interface RotationEvent {
  readonly step: Step;
  /** The secret's ARN. */
  readonly secretId: string;
  /** The id of the version that becomes the next value. */
  readonly versionId: string;
}

const EVENT = z.object({
  Step: z.enum(STEPS),
  SecretId: z.string().check(z.minLength(1)),
  ClientRequestToken: z.string().check(z.minLength(1)),
});

/**
 * Reads what Secrets Manager sends.
 * @throws RotationRefused when it is no event of a rotation or the step is unknown
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export function parseEvent(event: unknown): RotationEvent {
  const { success, data, error } = EVENT.safeParse(event);
  if (success) return { step: data.Step, secretId: data.SecretId, versionId: data.ClientRequestToken };
  const fields = [...new Set(error.issues.map(({ path }) => String(path[0] ?? 'the event')))].join(', ');
  throw new RotationRefused(
    `a rotation event must have Step (${STEPS.join(', ')}), SecretId and ClientRequestToken; wrong or missing: ${fields}`,
  );
}
