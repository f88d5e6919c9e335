import { describe, expect, test } from '@jest/globals';
import { scramVerifier } from '../../../../lambda/shared/postgres/scram';

describe('the verifier of a password', () => {
  // The example of RFC 7677: its salt, and keys that follow from its password.
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');

  test('has the form that PostgreSQL stores, with the keys of RFC 7677', () => {
    expect(scramVerifier('pencil', salt)).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });

  test('has another salt each time', () => {
    expect(scramVerifier('pencil')).not.toBe(scramVerifier('pencil'));
  });

  test.each(['', 'pässword', 'tab\t', 'line\n'])('is not made of %j', (password) => {
    expect(() => scramVerifier(password)).toThrow('the password must be of printable ASCII, one character at least');
  });
});
