import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** PostgreSQL's own, on both sides. More would slow down every login and add nothing to a random password of 238 bits. */
const ITERATIONS = 4096;
const KEY_BYTES = 32;

/**
 * What PostgreSQL stores of a password, computed here. In `ALTER ROLE … PASSWORD` it stands in the password's place, so that
 * the password itself never reaches the server, and with it no statement log, `pg_stat_activity` or core dump.
 * @param password ASCII only: others would need to be normalized (SASLprep) first
 * @param salt random, at least 16 bytes; given only by tests
 * @see https://www.rfc-editor.org/rfc/rfc5803 for the parts, and https://www.postgresql.org/docs/16/catalog-pg-authid.html for the form
 */
export function scramVerifier(password: string, salt: Buffer = randomBytes(16)): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, KEY_BYTES, 'sha256');
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${storedKey}:${hmac('Server Key').toString('base64')}`;
}
