import type { Logger } from '../shared/logger';
import { parseEvent, type RotationEvent } from './event';
import { RotationRefused } from './refusal';
import { ROTATION, type RotationDependencies } from './rotation';

/** What the handler needs from outside. */
export interface HandlerDependencies extends RotationDependencies {
  readonly logger: Logger;
}

/** The function that Secrets Manager calls, once for each step of a rotation, and again after a failure. */
export function createHandler({ logger, ...dependencies }: HandlerDependencies) {
  return async (input: unknown): Promise<void> => {
    const event = parseEvent(input);
    const fields = { step: event.step, secret_id: event.secretId, version_id: event.versionId };
    if (await isDone(dependencies, event)) {
      logger.info('the rotation is finished already', fields);
      return;
    }
    await ROTATION[event.step](dependencies, event);
    logger.info('rotation step done', fields);
  };
}

/**
 * Whether the version is in use already.
 * @throws RotationRefused when nobody may rotate the secret to this version
 */
async function isDone(
  { secrets, masterSecretId }: RotationDependencies,
  { secretId, versionId }: RotationEvent,
): Promise<boolean> {
  if (secretId === masterSecretId) {
    throw new RotationRefused('the secret must not be that of the master user, which RDS rotates itself');
  }
  const { rotationEnabled, stages } = await secrets.describe(secretId);
  if (!rotationEnabled) {
    throw new RotationRefused(`secret ${secretId} must have rotation switched on, it has not; switch it on`);
  }
  const labels = Object.hasOwn(stages, versionId) ? (stages[versionId] ?? []) : [];
  if (labels.includes('AWSCURRENT')) return true;
  if (labels.includes('AWSPENDING')) return false;
  throw new RotationRefused(
    `version ${versionId} of secret ${secretId} must be labelled AWSPENDING, it is not; rotations are started by Secrets Manager`,
  );
}
