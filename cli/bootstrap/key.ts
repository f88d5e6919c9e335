/**
 * The key of the states: found, or created exactly once.
 *
 * KMS gives every key a new id and CreateKey knows no idempotency token, so a run that dies between CreateKey and
 * CreateAlias leaves a key that no name points to. A second run must find that key instead of creating another:
 * - CreateKey itself already sets the description, which names the alias and occurs on no other key; policy and tags too.
 *   So from its first moment a key is recognizable, or it does not exist.
 * - Every run reads first: the key that accounts.ts names, else the one behind the alias, else one with the description
 *   (the oldest, if a race made several). Only when there is none, a key is created.
 * - Alias and rotation are set one by one afterwards, and each is compared with what is there on every run, so it does
 *   not matter after which of them a run ended.
 * - CreateKey must not be retried by the SDK: a lost answer would make a second key. The caller configures the client so.
 *   The run then fails, and the next one finds the key.
 * What remains is KMS's own delay (seconds) until a new key is listed, and two runs at the same time. Either may make a
 * second key; nothing ever uses it, and every later run names it, so it cannot stay unnoticed.
 */
import {
  CreateAliasCommand,
  CreateKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KeyMetadata,
  type KMSClient,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  TagResourceCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import type { StateKeySettings } from '../../constructs/state/state-settings';
import { policyItems } from './canonical';
import { describeKey, findKeysDescribedAs, whyUnusable } from './key-lookup';
import { type Inspection, settingStep, type Step } from './plan';
import { missingTags, type Tags, tagsText } from './tags';

/** The key once it is known: from the start when it exists, after its creation otherwise. */
export class StateKey {
  private found: KeyIdentity | undefined;

  get known(): KeyIdentity | undefined {
    return this.found;
  }

  get identity(): KeyIdentity {
    if (this.found === undefined) throw new Error('the key is used before it is created');
    return this.found;
  }

  set(metadata: KeyMetadata | undefined): void {
    const { KeyId: id, Arn: arn } = metadata ?? {};
    if (id === undefined || arn === undefined) throw new Error('KMS described a key without id or ARN');
    this.found = { id, arn };
  }
}

/** A key that exists. */
export interface KeyIdentity {
  readonly id: string;
  readonly arn: string;
}

/** The key that is wanted. */
export interface KeyRequest {
  readonly settings: StateKeySettings;
  readonly tags: Tags;
  /** The key that accounts.ts names, if any. */
  readonly configuredKeyId?: string;
}

/** Reads which key there is and what it lacks, and sets `key` when there is one. */
export async function inspectKey(kms: KMSClient, request: KeyRequest, key: StateKey): Promise<Inspection> {
  const { settings, configuredKeyId } = request;
  const configured = configuredKeyId === undefined ? undefined : await describeKey(kms, configuredKeyId);
  const aliased = await describeKey(kms, settings.alias);
  const { described, unreadable } = await findKeysDescribedAs(kms, settings.description);
  const found = configured ?? aliased ?? described[0];

  const notes = described
    .filter(({ KeyId }) => KeyId !== found?.KeyId)
    .map(
      ({ KeyId }) =>
        `key ${KeyId} was made for ${settings.alias} too and is not used: aws kms schedule-key-deletion --key-id ${KeyId}`,
    );
  if (configuredKeyId !== undefined && configured === undefined) {
    notes.push(`key ${configuredKeyId}, which accounts.ts names, does not exist here; write the id below in its place`);
  }
  if (found === undefined && unreadable) {
    return {
      steps: [],
      problems: [
        'keys must be readable, got AccessDenied for every one; allow kms:DescribeKey, or a key that an earlier run made would be made again',
      ],
      notes,
    };
  }
  if (found === undefined) return { steps: creation(kms, request, key), problems: [], notes };

  const problems = whyUnusable(found, settings.alias);
  if (aliased !== undefined && aliased.KeyId !== found.KeyId) {
    problems.push(
      `${settings.alias} must be the alias of key ${found.KeyId}, which accounts.ts names, got key ${aliased.KeyId}; write the one that encrypts the states into accounts.ts`,
    );
  }
  key.set(found);
  return { steps: problems.length > 0 ? [] : await settingsOf(kms, request, key, found, aliased), problems, notes };
}

function creation(kms: KMSClient, { settings, tags }: KeyRequest, key: StateKey): Step[] {
  const subject = `key ${settings.alias}`;
  return [
    {
      change: 'create',
      subject,
      detail: `none -> a symmetric key with policy, description and tags`,
      apply: async () => {
        const { KeyMetadata } = await kms.send(
          new CreateKeyCommand({
            Description: settings.description,
            KeySpec: 'SYMMETRIC_DEFAULT',
            KeyUsage: 'ENCRYPT_DECRYPT',
            Policy: settings.policy,
            Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
          }),
        );
        key.set(KeyMetadata);
      },
    },
    {
      change: 'create',
      subject: `${subject} alias`,
      detail: 'none -> the new key',
      apply: aliasing(kms, settings, key),
    },
    { change: 'create', subject: `${subject} rotation`, detail: 'off -> on', apply: rotating(kms, key) },
  ];
}

async function settingsOf(
  kms: KMSClient,
  { settings, tags }: KeyRequest,
  key: StateKey,
  found: KeyMetadata,
  aliased: KeyMetadata | undefined,
): Promise<Step[]> {
  const { id: KeyId } = key.identity;
  const subject = `key ${settings.alias}`;
  const { Policy = '{}' } = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
  const { KeyRotationEnabled } = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
  const { Tags = [] } = await kms.send(new ListResourceTagsCommand({ KeyId }));
  const present = Object.fromEntries(Tags.map(({ TagKey, TagValue }) => [TagKey ?? '', TagValue ?? '']));
  const missing = missingTags(tags, present);
  return [
    settingStep(`${subject} alias`, aliased === undefined ? 'none' : KeyId, KeyId, aliasing(kms, settings, key)),
    settingStep(`${subject} rotation`, KeyRotationEnabled === true ? 'on' : 'off', 'on', rotating(kms, key)),
    settingStep(`${subject} policy`, policyItems(Policy), policyItems(settings.policy), async () => {
      await kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: 'default', Policy: settings.policy }));
    }),
    settingStep(`${subject} description`, found.Description ?? '', settings.description, async () => {
      await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: settings.description }));
    }),
    settingStep(`${subject} tags`, tagsText(tags, present), tagsText(tags, tags), async () => {
      await kms.send(
        new TagResourceCommand({
          KeyId,
          Tags: Object.entries(missing).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
        }),
      );
    }),
  ];
}

const aliasing =
  (kms: KMSClient, { alias }: StateKeySettings, key: StateKey) =>
  async () => {
    await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: key.identity.id }));
  };

const rotating = (kms: KMSClient, key: StateKey) => async () => {
  await kms.send(new EnableKeyRotationCommand({ KeyId: key.identity.id }));
};
