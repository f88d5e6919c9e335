/**
 * The roles that functions sign in with, the same on both sides. On Aurora writer and reader have a twin `<role>_clone`
 * each: a rotation gives the one that is not in use a new password, so that no connection breaks. The migrator, which opens
 * and closes databases for writing, makes slots and sets sequences, has none: it exists as long as the migration.
 */
export const LEDGER_ROLES = { writer: 'payments_app', reader: 'payments_read', migrator: 'payments_migrator' } as const;
