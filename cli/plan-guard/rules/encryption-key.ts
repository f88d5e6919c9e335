import { at } from '../changed-paths';
import { protection } from '../protection';
import type { Rule } from '../rule';
import { violation } from '../rule';
import { EVERY_PHASE } from './phases';

const TYPES = ['aws_kms_key', 'aws_kms_external_key', 'aws_kms_replica_key', 'aws_kms_replica_external_key'];

const removal = protection({
  id: 'encryption-key',
  protects: 'Keys that encrypt data: without its key every copy of the data is lost, backups too.',
  phases: EVERY_PHASE,
  types: TYPES,
  taken:
    'the key is disabled at once and deleted after its waiting period, and nothing that it encrypts can be read again',
});

/** A key that is switched off, or may be once it is known whether. */
export const encryptionKey: Rule = {
  ...removal,
  judge: (input) => [
    ...removal.judge(input),
    ...input.changes
      .filter(({ type, action }) => TYPES.includes(type) && action === 'update')
      .flatMap((change) =>
        ['is_enabled', 'enabled']
          .filter((name) => change.before?.[name] === true)
          .filter((name) => change.after?.[name] === false || at(change.unknown, name) === true)
          .map((name) => violation(change, [name], 'nothing that the key encrypts can be read while it is disabled')),
      ),
  ],
};
