import { randomUUID } from 'node:crypto';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';

interface Version {
  value?: string;
  readonly stages: Set<string>;
}

interface Secret {
  rotationEnabled: boolean;
  readonly versions: Map<string, Version>;
}

/** AWS Secrets Manager in memory: versions and their labels as the service keeps them, for the calls of a rotation. */
export class FakeSecretsManager {
  /** Every command that was sent, by its class. */
  readonly sent: string[] = [];
  private readonly secrets = new Map<string, Secret>();

  /** What code under test sends its commands to. */
  get client(): Pick<SecretsManagerClient, 'send'> {
    return { send: (command: unknown) => Promise.resolve().then(() => this.answer(command)) } as never;
  }

  /** Creates a secret with a first value. Its version keeps a label of its own, as those that Terraform creates do. */
  create(id: string, value: object, { rotationEnabled = true } = {}): void {
    const first = { value: JSON.stringify(value), stages: new Set(['AWSCURRENT', 'FIRST']) };
    this.secrets.set(id, { rotationEnabled, versions: new Map([[randomUUID(), first]]) });
  }

  /** What RotateSecret does before it calls the function: a version to come, without a value. */
  startRotation(id: string): string {
    const { versions } = this.secret(id);
    if ([...versions.values()].some(({ stages }) => stages.has('AWSPENDING') && !stages.has('AWSCURRENT'))) {
      throw new InvalidRequestException({ message: 'A previous rotation isn’t complete.', $metadata: {} });
    }
    const token = randomUUID();
    this.label(versions, 'AWSPENDING', token);
    return token;
  }

  /** The value under a label. */
  value(id: string, stage = 'AWSCURRENT'): Record<string, unknown> {
    const version = [...this.secret(id).versions.values()].find(({ stages }) => stages.has(stage));
    return JSON.parse(version?.value ?? '{}') as Record<string, unknown>;
  }

  /** Puts another value in place of the one under a label. */
  overwrite(id: string, stage: string, text: string | undefined): void {
    const version = [...this.secret(id).versions.values()].find(({ stages }) => stages.has(stage));
    if (version === undefined) throw new Error(`no version of ${id} has the label ${stage}`);
    if (text === undefined) delete version.value;
    else version.value = text;
  }

  setRotationEnabled(id: string, enabled: boolean): void {
    this.secret(id).rotationEnabled = enabled;
  }

  /** Labels of a secret's versions, by label. */
  labels(id: string): Record<string, string> {
    return Object.fromEntries(
      [...this.secret(id).versions].flatMap(([version, { stages }]) => [...stages].map((stage) => [stage, version])),
    );
  }

  private answer(command: unknown): object {
    this.sent.push((command as object).constructor.name);
    if (command instanceof DescribeSecretCommand) return this.describe(command);
    if (command instanceof GetSecretValueCommand) return this.get(command);
    if (command instanceof PutSecretValueCommand) return this.put(command);
    if (command instanceof UpdateSecretVersionStageCommand) return this.move(command);
    throw new Error(`the fake must know the command ${(command as object).constructor.name}`);
  }

  private describe({ input }: DescribeSecretCommand): object {
    const { rotationEnabled, versions } = this.secret(input.SecretId);
    const stages = new Map([...versions].map(([id, version]) => [id, [...version.stages]] as const));
    // The service leaves the field out where rotation was never switched on.
    return {
      ...(rotationEnabled && { RotationEnabled: true }),
      VersionIdsToStages: Object.fromEntries<readonly string[]>(stages),
    };
  }

  private get({ input }: GetSecretValueCommand): object {
    const found = [...this.secret(input.SecretId).versions].find(
      ([id, { stages }]) =>
        (input.VersionId === undefined || id === input.VersionId) && stages.has(input.VersionStage ?? 'AWSCURRENT'),
    );
    if (found?.[1].value === undefined) throw notFound('value');
    return { SecretString: found[1].value, VersionId: found[0] };
  }

  private put({ input }: PutSecretValueCommand): object {
    const { versions } = this.secret(input.SecretId);
    const id = input.ClientRequestToken ?? randomUUID();
    const known = versions.get(id);
    if (known?.value !== undefined && known.value !== input.SecretString) {
      throw new ResourceExistsException({ message: 'The version has another value already.', $metadata: {} });
    }
    for (const stage of input.VersionStages ?? ['AWSCURRENT']) this.label(versions, stage, id);
    const version = versions.get(id);
    if (version !== undefined) version.value = input.SecretString;
    return { VersionId: id };
  }

  private move({ input }: UpdateSecretVersionStageCommand): object {
    const { versions } = this.secret(input.SecretId);
    const stage = input.VersionStage ?? '';
    const target = input.MoveToVersionId ?? '';
    const holder = [...versions].find(([, { stages }]) => stages.has(stage))?.[0];
    if (!versions.has(target)) throw notFound('version');
    if (holder !== undefined && holder !== target && holder !== input.RemoveFromVersionId) {
      throw new InvalidParameterException({ message: 'The label is on another version.', $metadata: {} });
    }
    if (stage === 'AWSCURRENT' && holder !== undefined && holder !== target) {
      this.label(versions, 'AWSPREVIOUS', holder);
    }
    this.label(versions, stage, target);
    return {};
  }

  /** A label is on one version; one without labels is forgotten. */
  private label(versions: Map<string, Version>, stage: string, target: string): void {
    for (const { stages } of versions.values()) stages.delete(stage);
    const version = versions.get(target) ?? { stages: new Set<string>() };
    version.stages.add(stage);
    versions.set(target, version);
    for (const [id, { stages }] of versions) if (stages.size === 0) versions.delete(id);
  }

  private secret(id: string | undefined): Secret {
    const secret = this.secrets.get(id ?? '');
    if (secret === undefined) throw notFound('secret');
    return secret;
  }
}

const notFound = (what: string): ResourceNotFoundException =>
  new ResourceNotFoundException({ message: `Secrets Manager can't find the specified ${what}.`, $metadata: {} });
