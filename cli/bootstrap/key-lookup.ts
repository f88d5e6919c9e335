import { DescribeKeyCommand, type KeyMetadata, type KMSClient, paginateListKeys } from '@aws-sdk/client-kms';
import { absentAs } from '../shared/aws-errors';

/** The key behind an id or an alias; undefined when there is none. */
export const describeKey = async (kms: KMSClient, idOrAlias: string): Promise<KeyMetadata | undefined> =>
  (await absentAs(['NotFoundException'], () => kms.send(new DescribeKeyCommand({ KeyId: idOrAlias }))))?.KeyMetadata;

/**
 * The enabled keys with exactly this description, the oldest first, and whether no key at all could be read although there
 * are some: then a key that an interrupted run left would go unnoticed.
 */
export async function findKeysDescribedAs(
  kms: KMSClient,
  description: string,
): Promise<{ readonly described: readonly KeyMetadata[]; readonly unreadable: boolean }> {
  const described: KeyMetadata[] = [];
  let [read, denied] = [0, 0];
  for await (const { Keys = [] } of paginateListKeys({ client: kms }, {})) {
    for (const { KeyId = '' } of Keys) {
      // A key whose own policy shuts out the account's administrators is not one that the bootstrap made.
      const answer = await absentAs(['AccessDeniedException', 'NotFoundException'], () =>
        kms.send(new DescribeKeyCommand({ KeyId })),
      );
      if (answer === undefined) denied++;
      else read++;
      const metadata = answer?.KeyMetadata;
      if (metadata?.Description === description && metadata.KeyState === 'Enabled') described.push(metadata);
    }
  }
  const age = ({ CreationDate, KeyId }: KeyMetadata): string => `${CreationDate?.toISOString() ?? ''} ${KeyId}`;
  described.sort((a, b) => (age(a) < age(b) ? -1 : 1));
  return { described, unreadable: denied > 0 && read === 0 };
}

/** What keeps an existing key from being used, each as a problem. */
export function whyUnusable({ KeyId, KeyState, KeyManager, KeySpec, KeyUsage }: KeyMetadata, alias: string): string[] {
  const problems: string[] = [];
  if (KeyState === 'PendingDeletion') {
    problems.push(
      `key ${KeyId} of ${alias} must be enabled, got PendingDeletion; to keep the states it encrypts run aws kms cancel-key-deletion --key-id ${KeyId} and aws kms enable-key --key-id ${KeyId}`,
    );
  } else if (KeyState !== 'Enabled') {
    problems.push(
      `key ${KeyId} of ${alias} must be enabled, got ${KeyState}; find out why it is not, then run aws kms enable-key --key-id ${KeyId}`,
    );
  }
  if (KeyManager !== 'CUSTOMER' || KeySpec !== 'SYMMETRIC_DEFAULT' || KeyUsage !== 'ENCRYPT_DECRYPT') {
    problems.push(
      `key ${KeyId} of ${alias} must be a customer managed key CUSTOMER SYMMETRIC_DEFAULT ENCRYPT_DECRYPT, got ${KeyManager} ${KeySpec} ${KeyUsage}; choose another state.keyAlias in accounts.ts`,
    );
  }
  return problems;
}
