import { describe, expect, test } from '@jest/globals';
import { readEnvironment } from '../../../lambda/shared/environment';

describe('readEnvironment', () => {
  test('returns the variables asked for and no others', () => {
    expect(readEnvironment(['A', 'B'], { A: '1', B: '0', C: 'x' })).toEqual({ A: '1', B: '0' });
  });

  test('names every variable that is missing or empty at once', () => {
    expect(() => readEnvironment(['A', 'B', 'C'], { A: '', B: 'set' })).toThrow(
      new Error('environment variables must be set and not empty, got nothing for A, C'),
    );
  });
});
