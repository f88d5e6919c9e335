import { isNativeError } from 'node:util/types';
import { codeOf } from '../../shared/postgres/classify';
import { SideFailed } from './reading';

/** What stood in the way of a check, in words. */
export function problemOf(error: unknown): string {
  if (error instanceof SideFailed) return `${error.message}: ${described(error.cause)}`;
  return described(error);
}

function described(error: unknown): string {
  if (!isNativeError(error) && !(error instanceof Error)) return String(error);
  const code = codeOf(error) ?? error.name;
  return code === 'Error' ? error.message : `${error.message} (${code})`;
}
