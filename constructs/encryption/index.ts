export { EncryptionKey, type EncryptionKeyProps } from './encryption-key';
export { EncryptionKeys, type EncryptionKeysProps } from './encryption-keys';
export { KEY_PURPOSES, type KeyPurpose, type KeyPurposeSpec } from './key-purposes';
