import { errorText } from '../shared/aws-errors';

/**
 * Why the bootstrap cannot start, every reason at once. It is thrown before the first change, so nothing was changed.
 */
export class BootstrapRefused extends Error {
  override readonly name = 'BootstrapRefused';

  constructor(
    accountName: string,
    readonly problems: readonly string[],
  ) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(
      [`bootstrap of account ${accountName}: ${count}; nothing was changed`, ...problems.map((p) => `  ${p}`)].join(
        '\n',
      ),
    );
  }
}

/** A change that AWS refused or that got lost on the way. What was done before it stays: a second run continues. */
export class BootstrapInterrupted extends Error {
  override readonly name = 'BootstrapInterrupted';

  constructor(change: string, cause: unknown) {
    super(
      `stopped at "${change}": ${errorText(cause)}; what is marked done stays, run the same command again to continue`,
      { cause },
    );
  }
}
