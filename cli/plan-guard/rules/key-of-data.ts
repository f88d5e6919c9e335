import { changedPaths } from '../changed-paths';
import type { Json } from '../plan';
import { type Rule, violation } from '../rule';
import { EVERY_PHASE } from './phases';

/** `kms_key_id`, `kms_key_arn`, `kms_master_key_id`, `master_user_secret_kms_key_id`, `kms_key_identifier`, … */
const NAMES_KEY = /(^|[._])kms_(master_|data_)?key(_id|_arn|_identifier)?$|(^|\.)(kms_key|encryption_key)$/;

function valueAt(value: unknown, path: string): Json | undefined {
  let present = value;
  for (const step of path.split(/[.[\]]+/).filter((each) => each !== '')) {
    if (typeof present !== 'object' || present === null) return undefined;
    present = (present as Record<string, unknown>)[step];
  }
  return present as Json | undefined;
}

const isSet = (value: Json | undefined): boolean => value !== undefined && value !== null && value !== '';

/** Whichever resource it is: what is encrypted already stays so under the old key, or is made anew under the new one. */
export const keyOfData: Rule = {
  id: 'key-of-data',
  protects: 'Which key encrypts what: databases, tables, buckets, secrets, queues, logs and whatever else names one.',
  phases: EVERY_PHASE,
  judge: ({ changes }) =>
    changes
      .filter(({ action }) => action === 'update' || action === 'replace')
      .flatMap((change) => {
        // A block that comes, goes or is not known as a whole may hold a key.
        const paths = changedPaths(change).filter(
          (path) =>
            (NAMES_KEY.test(path) && isSet(valueAt(change.before, path))) || holdsKey(valueAt(change.before, path)),
        );
        return paths.length === 0
          ? []
          : [
              violation(
                change,
                paths,
                'what is encrypted already stays under the old key: whoever reads it needs both, and deleting the old one loses it',
              ),
            ];
      }),
};

function holdsKey(value: Json | undefined): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value as Record<string, Json>).some(
    ([name, each]) => (NAMES_KEY.test(name) && isSet(each)) || holdsKey(each),
  );
}
