import type { Operation } from './dependencies';
import { MigrationRefused } from './errors';

/**
 * Has a person type the environment's name: that is noticed where a `y` is not.
 * @param what is not done otherwise, for instance `not approved`
 * @param unattended what to do where nobody is there
 * @throws MigrationRefused when they type something else, or nobody is there
 */
export async function confirm(
  { target, ask }: Pick<Operation, 'target' | 'ask'>,
  what: string,
  unattended: string,
): Promise<void> {
  const { environment } = target;
  if (ask === undefined) {
    throw new MigrationRefused(what, [
      `somebody at a terminal must confirm, got no terminal; run it in one, or ${unattended}`,
    ]);
  }
  const typed = await ask(`Type ${environment} to go on: `);
  if (typed.trim() === environment) return;
  throw new MigrationRefused(what, [`${environment} must be typed to confirm, got "${typed.trim()}"`]);
}
