import { CAPTURE, type Login, MIGRATOR, READER, REPLICATION, WRITER } from '../../lambda/ledger-migration/logins';

/** A role that the migration needs on-premises, as the SQL reads it. */
export interface BundleRole {
  readonly name: string;
  readonly login: boolean;
  /** The role that gives it its rights. @default none */
  readonly member?: string;
  /** Whether it stays with a ledger that has rows. */
  readonly ledger: boolean;
  /** Its place: before those that are members of it. */
  readonly place: number;
}

const groups = ['payments_owner', 'payments_writer', 'payments_reader'];
const logins: readonly (readonly [login: Login, ledger: boolean])[] = [
  [WRITER, true],
  [READER, true],
  [CAPTURE, false],
  [REPLICATION, false],
  [MIGRATOR, false],
];

/** In the order in which they are made. */
export const BUNDLE_ROLES: readonly BundleRole[] = [
  ...groups.map((name) => ({ name, login: false, ledger: true })),
  ...logins.flatMap(([{ usernames, memberOf: member }, ledger]) =>
    usernames.map((name) => ({ name, login: true, ...(member !== undefined && { member }), ledger })),
  ),
].map((role, place) => ({ ...role, place }));
