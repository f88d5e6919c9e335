/** Why a promotion must not begin, every reason at once. Nothing was changed. */
export class PromotionRefused extends Error {
  override readonly name = 'PromotionRefused';

  constructor(
    readonly problems: readonly string[],
    options?: ErrorOptions,
  ) {
    super(['not promoted; nothing was changed', ...problems.map((problem) => `  ${problem}`)].join('\n'), options);
  }
}

/** What is wrong after blue was moved. */
export class PromotionUnfinished extends Error {
  override readonly name = 'PromotionUnfinished';
}
