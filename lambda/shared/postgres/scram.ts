import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** PostgreSQL's own. */
const ITERATIONS = 4096;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/**
 * What PostgreSQL stores of a password. Set in the password's place (`ALTER ROLE … PASSWORD`), it keeps the password itself out
 * of the server's logs and statistics, which hold statements as they were sent.
 * @param password of printable ASCII, from one character: others are normalized (SASLprep) before they are hashed
 * @param salt made for this one; fixed only in tests
 * @throws Error for another password
 * @see https://www.rfc-editor.org/rfc/rfc5803
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(SALT_BYTES)): string {
  if (!/^[\x20-\x7e]+$/.test(password))
    throw new Error('the password must be of printable ASCII, one character at least');
  const key = pbkdf2Sync(password, salt, ITERATIONS, KEY_BYTES, 'sha256');
  const hmac = (label: string) => createHmac('sha256', key).update(label).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${hmac('Server Key').toString('base64')}`;
}
