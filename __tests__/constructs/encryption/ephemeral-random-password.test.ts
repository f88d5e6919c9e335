import { describe, expect, test } from '@jest/globals';
import { SecretsmanagerSecretVersion } from '@cdktf/provider-aws/lib/secretsmanager-secret-version';
import { Fn } from 'cdktf';
import {
  EphemeralRandomPassword,
  type EphemeralRandomPasswordProps,
} from '../../../constructs/encryption/ephemeral-random-password';
import { synthesize } from '../../support/template';

const passwords = (props?: EphemeralRandomPasswordProps): unknown =>
  synthesize((stack) => {
    new EphemeralRandomPassword(stack, 'Password', props);
  }).block('ephemeral')['random_password'];

describe('an ephemeral random password', () => {
  test('is an ephemeral resource of 40 letters and digits by default', () => {
    expect(passwords()).toEqual({ Password: { length: 40, special: false } });
  });

  test('takes a length and special characters', () => {
    expect(passwords({ length: 16, specialCharacters: '!#' })).toEqual({
      Password: { length: 16, special: true, override_special: '!#' },
    });
    expect(passwords({ length: 128 })).toEqual({ Password: { length: 128, special: false } });
  });

  test('goes into a write-only argument by reference', () => {
    const template = synthesize((stack) => {
      const { result } = new EphemeralRandomPassword(stack, 'Password');
      new SecretsmanagerSecretVersion(stack, 'Version', {
        secretId: 'secret',
        secretStringWo: Fn.jsonencode({ username: 'app', password: result }),
        secretStringWoVersion: 1,
      });
    });
    expect(template.resource('aws_secretsmanager_secret_version')).toMatchObject({
      secret_string_wo: '${jsonencode({"username" = "app", "password" = ephemeral.random_password.Password.result})}',
    });
    expect(template.block('resource')).not.toHaveProperty('random_password');
  });

  test.each([15, 129, 20.5, Number.NaN])('refuses a length of %p', (length) => {
    expect(() => passwords({ length })).toThrow(
      `length must be a whole number of characters from 16 to 128, got ${length}`,
    );
  });

  test('refuses an empty set of special characters', () => {
    expect(() => passwords({ specialCharacters: '' })).toThrow(
      'specialCharacters must hold at least one character, got ""; leave it out for letters and digits only',
    );
  });
});
