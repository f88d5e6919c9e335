/**
 * The tags of what belongs to a whole account and to no single environment, but for `Name`. The bootstrap sets them too, so
 * that adopting what it made changes nothing.
 */
export const accountTags = (accountName: string, costCenter: string) => ({
  Project: 'payment',
  Environment: `account-${accountName}`,
  CostCenter: costCenter,
  MigrationPhase: 'shared',
});
