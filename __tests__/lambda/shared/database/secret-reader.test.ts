import { beforeEach, describe, expect, test } from '@jest/globals';
import { SecretReader } from '../../../../lambda/shared/database/secret-reader';
import { FakeSecretsManager } from '../../../support/fake-secrets-manager';

const ARN = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:payment-db-credentials-test';

describe('a reader of secrets', () => {
  let manager: FakeSecretsManager;
  let now: number;
  let reader: SecretReader;
  const reads = () => manager.sent.length;
  const write = (value: string) => manager.overwrite(ARN, 'AWSCURRENT', value);

  beforeEach(() => {
    manager = new FakeSecretsManager();
    manager.create(ARN, {});
    write('first');
    now = 1_000;
    reader = new SecretReader(manager.client, { now: () => now });
  });

  test('asks for nothing before it is asked', () => {
    expect(reads()).toBe(0);
  });

  test('keeps a value for five minutes', async () => {
    expect(await reader.read(ARN)).toBe('first');
    write('second');
    now += 299_999;
    expect(await reader.read(ARN)).toBe('first');
    now += 1;
    expect(await reader.read(ARN)).toBe('second');
    expect(reads()).toBe(2);
  });

  test('keeps nothing when told so', async () => {
    reader = new SecretReader(manager.client, { now: () => now, timeToLiveMs: 0 });
    await reader.read(ARN);
    await reader.read(ARN);
    expect(reads()).toBe(2);
  });

  test('keeps each secret on its own', async () => {
    manager.create('another', { other: true });
    expect(await reader.read(ARN)).toBe('first');
    expect(await reader.read('another')).toBe('{"other":true}');
  });

  test('reads anew when that is asked for, and keeps that', async () => {
    await reader.read(ARN);
    write('second');
    expect(await reader.read(ARN, { fresh: true })).toBe('second');
    expect(await reader.read(ARN)).toBe('second');
    expect(reads()).toBe(2);
  });

  test('asks once for all who ask at the same time', async () => {
    expect(await Promise.all([1, 2, 3].map(() => reader.read(ARN)))).toEqual(['first', 'first', 'first']);
    await Promise.all([1, 2, 3].map(() => reader.read(ARN, { fresh: true })));
    expect(reads()).toBe(2);
  });

  test('asks again for who needs a fresh value while another one is read', async () => {
    await Promise.all([reader.read(ARN), reader.read(ARN, { fresh: true })]);
    expect(reads()).toBe(2);
  });

  test('serves what it has when Secrets Manager does not answer, but not to who needs a fresh value', async () => {
    await reader.read(ARN);
    manager.overwrite(ARN, 'AWSCURRENT', undefined);
    now += 300_000;
    expect(await reader.read(ARN)).toBe('first');
    await expect(reader.read(ARN, { fresh: true })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  test('throws what Secrets Manager answers, and asks again the next time', async () => {
    await expect(reader.read('missing')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    manager.create('missing', {});
    expect(await reader.read('missing')).toBe('{}');
  });

  test('takes no binary value', async () => {
    const binary = { send: () => Promise.resolve({ SecretBinary: new Uint8Array() }) } as never;
    await expect(new SecretReader(binary).read(ARN)).rejects.toThrow(
      new Error(`the secret ${ARN} must hold text, got a binary value; write it anew`),
    );
  });
});
