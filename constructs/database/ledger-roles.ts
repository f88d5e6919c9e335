/**
 * The roles that the payment path signs in with, the same on both sides. On Aurora each has a twin `<role>_clone`: a
 * rotation gives the one that is not in use a new password, so that no connection breaks.
 */
export const LEDGER_ROLES = { writer: 'payments_app', reader: 'payments_read' } as const;
