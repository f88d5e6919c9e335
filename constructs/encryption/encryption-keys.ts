import { Construct } from 'constructs';
import { Deployment } from '../naming';
import { EncryptionKey } from './encryption-key';
import { KEY_PURPOSES, type KeyPurpose, type KeyPurposeSpec } from './key-purposes';

export interface EncryptionKeysProps {
  /**
   * The purposes that get a key. Leave out only what the environment never had: without its key, data that was encrypted
   * with it (a backup, a log group) is lost for good when the deletion window ends.
   * @default every purpose in `KEY_PURPOSES`
   */
  readonly purposes?: readonly KeyPurpose[];
}

const ALL_PURPOSES = Object.keys(KEY_PURPOSES) as KeyPurpose[];

/** The keys of an environment, one for each purpose: `keys.database`, `keys.logs`, … */
export class EncryptionKeys extends Construct implements Readonly<Record<KeyPurpose, EncryptionKey>> {
  private readonly keys: ReadonlyMap<KeyPurpose, EncryptionKey>;

  constructor(scope: Construct, id: string, props: EncryptionKeysProps = {}) {
    super(scope, id);
    const wanted = props.purposes ?? ALL_PURPOSES;
    this.keys = new Map(
      ALL_PURPOSES.filter((purpose) => wanted.includes(purpose)).map((purpose) => [purpose, this.create(purpose)]),
    );
  }

  get database(): EncryptionKey {
    return this.of('database');
  }

  get lambda(): EncryptionKey {
    return this.of('lambda');
  }

  get replication(): EncryptionKey {
    return this.of('replication');
  }

  get secrets(): EncryptionKey {
    return this.of('secrets');
  }

  get logs(): EncryptionKey {
    return this.of('logs');
  }

  get audit(): EncryptionKey {
    return this.of('audit');
  }

  get dynamodb(): EncryptionKey {
    return this.of('dynamodb');
  }

  get topics(): EncryptionKey {
    return this.of('topics');
  }

  get backup(): EncryptionKey {
    return this.of('backup');
  }

  /**
   * The key of a purpose.
   * @throws Error when the environment has no key for it
   */
  of(purpose: KeyPurpose): EncryptionKey {
    const key = this.keys.get(purpose);
    if (key !== undefined) return key;
    throw new Error(
      `purposes must include '${purpose}', got ${[...this.keys.keys()].join(', ')}; add it where the keys are created`,
    );
  }

  private create(purpose: KeyPurpose): EncryptionKey {
    const spec: KeyPurposeSpec = KEY_PURPOSES[purpose];
    return new EncryptionKey(this, spec.id, {
      purpose: spec.alias,
      description: spec.description,
      usedThrough: spec.usedThrough,
      serviceStatements: spec.serviceStatements?.(Deployment.of(this)),
    });
  }
}
