import { ExplainedError } from '../shared/runtime/error-fields';

/** This rotation does not go on as things are: somebody has to look. Secrets Manager tries again all the same. */
export class RotationRefused extends ExplainedError {
  override readonly name = 'RotationRefused';
}
