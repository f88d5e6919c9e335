import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { RotationRefused } from './refusal';

/** How a secret stands. */
export interface SecretState {
  readonly rotationEnabled: boolean;
  /** The labels of each version, by its id. */
  readonly stages: Readonly<Record<string, readonly string[]>>;
}

/** The versions of secrets, as rotations use them. */
export interface SecretVersions {
  describe(secretId: string): Promise<SecretState>;
  /** The value in use. */
  readCurrent(secretId: string): Promise<string>;
  /** The value of a version that is to come; undefined when the version has none yet. */
  readPending(secretId: string, versionId: string): Promise<string | undefined>;
  /** Gives a version its value and the label AWSPENDING. */
  putPending(secretId: string, versionId: string, value: string): Promise<void>;
  /** Moves AWSCURRENT; Secrets Manager moves AWSPREVIOUS after it. */
  makeCurrent(secretId: string, versionId: string, present: string): Promise<void>;
}

/** Versions of secrets in AWS Secrets Manager. */
export class SecretsManagerVersions implements SecretVersions {
  constructor(private readonly client: Pick<SecretsManagerClient, 'send'>) {}

  async describe(secretId: string): Promise<SecretState> {
    const { RotationEnabled, VersionIdsToStages } = await this.client.send(
      new DescribeSecretCommand({ SecretId: secretId }),
    );
    return { rotationEnabled: RotationEnabled === true, stages: VersionIdsToStages ?? {} };
  }

  async readCurrent(secretId: string): Promise<string> {
    const { SecretString } = await this.client.send(
      new GetSecretValueCommand({ SecretId: secretId, VersionStage: 'AWSCURRENT' }),
    );
    return requireText(SecretString);
  }

  async readPending(secretId: string, versionId: string): Promise<string | undefined> {
    try {
      const { SecretString } = await this.client.send(
        new GetSecretValueCommand({ SecretId: secretId, VersionId: versionId, VersionStage: 'AWSPENDING' }),
      );
      return requireText(SecretString);
    } catch (error) {
      // The label is there before the value is.
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  async putPending(secretId: string, versionId: string, value: string): Promise<void> {
    await this.client.send(
      new PutSecretValueCommand({
        SecretId: secretId,
        ClientRequestToken: versionId,
        SecretString: value,
        VersionStages: ['AWSPENDING'],
      }),
    );
  }

  async makeCurrent(secretId: string, versionId: string, present: string): Promise<void> {
    await this.client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: versionId,
        RemoveFromVersionId: present,
      }),
    );
  }
}

function requireText(text: string | undefined): string {
  if (text !== undefined) return text;
  throw new RotationRefused('a secret of database credentials must hold text, got binary data; write JSON into it');
}
