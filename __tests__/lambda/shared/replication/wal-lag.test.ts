import { describe, expect, test } from '@jest/globals';
import { hasReached, lsnValue } from '../../../../lambda/shared/replication/lsn';
import { WalLag } from '../../../../lambda/shared/replication/wal-lag';

describe('a position of the WAL', () => {
  test.each([
    ['0/0', 0n],
    ['0/16B3748', 0x16b3748n],
    ['1/0', 0x1_0000_0000n],
    ['FFFFFFFF/FFFFFFFF', 0xffff_ffff_ffff_ffffn],
  ])('%s is %s', (lsn, value) => {
    expect(lsnValue(lsn)).toBe(value);
  });

  test.each(['', '0', '0/', '/0', '0/G', '0/123456789', ' 0/0'])('is not "%s"', (text) => {
    expect(() => lsnValue(text)).toThrow(
      `an LSN must be two hexadecimal numbers with a slash between them, got ${text}`,
    );
  });

  test.each([
    ['0/10', '0/10', true],
    ['0/11', '0/10', true],
    ['0/F', '0/10', false],
    // Not as text.
    ['10/0', '9/FFFFFFFF', true],
  ])('%s has reached %s: %s', (reached, position, so) => {
    expect(hasReached(reached, position)).toBe(so);
  });
});

describe('the lag by positions', () => {
  const clock = { time: 0, now: () => clock.time };

  test('is 0 where everything is confirmed, and not known before anything was seen to be', () => {
    const lag = new WalLag(clock);
    expect(lag.seconds('forward', '0/20', '0/20')).toBe(0);
    expect(lag.seconds('reverse', '0/20', '0/10')).toBeUndefined();
  });

  test('is the age of the newest position that was confirmed since, a direction by itself', () => {
    const lag = new WalLag(clock);
    clock.time = 0;
    lag.seconds('forward', '0/10', '0/0');
    clock.time = 5_000;
    lag.seconds('forward', '0/20', '0/0');
    clock.time = 9_000;
    expect(lag.seconds('forward', '0/30', '0/1F')).toBe(9);
    clock.time = 10_000;
    expect(lag.seconds('forward', '0/40', '0/25')).toBe(5);
    expect(lag.seconds('reverse', '0/40', '0/25')).toBeUndefined();
    // Nothing more is confirmed: it grows.
    clock.time = 60_000;
    expect(lag.seconds('forward', '0/50', '0/25')).toBe(55);
    lag.forget('forward');
    expect(lag.seconds('forward', '0/50', '0/25')).toBeUndefined();
  });

  test('stays an upper bound however often one looks', () => {
    const lag = new WalLag(clock);
    for (let second = 0; second <= 2_000; second += 1) {
      clock.time = second * 1_000;
      lag.seconds('forward', `0/${(second + 1).toString(16)}`, '0/0');
    }
    const seconds = lag.seconds('forward', '0/FFF', `0/${(1_001).toString(16)}`);
    expect(seconds).toBeGreaterThanOrEqual(1_000);
    expect(seconds).toBeLessThan(1_040);
  });
});
