import type { FakeStateBackend } from '../../support/fake-state-backend';
import { ALIAS, emptyAccount, INPUT } from './support';

/** An account in which somebody made everything by hand, and less safely. */
export function weakAccount(): FakeStateBackend {
  const account = emptyAccount();
  const key = account.keys.add({ Description: 'terraform', tags: { Owner: 'anna' } });
  account.keys.aliases.set(ALIAS, key.KeyId);
  account.buckets.add(INPUT.accessLogBucket);
  account.buckets.add(INPUT.stateBucket, {
    publicAccess: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: false },
    ownership: 'ObjectWriter',
    encryption: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] },
    versioning: 'Suspended',
    policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'AnybodyReads',
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: ['s3:GetObject'],
          Resource: `arn:aws:s3:::${INPUT.stateBucket}/*`,
        },
      ],
    }),
    lifecycle: [{ ID: 'all', Status: 'Enabled', Filter: {}, Expiration: { Days: 1 } }],
    tags: [
      { Key: 'aws:cloudformation:stack-name', Value: 'old' },
      { Key: 'Owner', Value: 'anna' },
      { Key: 'Project', Value: 'wrong' },
    ],
  });
  account.tables.add(INPUT.lockTable, { tags: { Owner: 'anna' } });
  return account;
}
