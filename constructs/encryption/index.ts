export { encryptedSecret, type EncryptedSecretProps, grantReadSecret } from './encrypted-secret';
export { EncryptionKey, type EncryptionKeyProps } from './encryption-key';
export { EncryptionKeys, type EncryptionKeysProps } from './encryption-keys';
export { EphemeralRandomPassword, type EphemeralRandomPasswordProps } from './ephemeral-random-password';
export { KEY_PURPOSES, type KeyPurpose, type KeyPurposeSpec } from './key-purposes';
