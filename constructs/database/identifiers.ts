import type { Problem } from '../validation/problem';

// Lower case only: PostgreSQL folds unquoted names, and a name that needs quotes breaks somebody's script.
const IDENTIFIER = /^[a-z][a-z0-9_]{0,62}$/;
const RULE = '1 to 63 lower-case letters, digits and _, starting with a letter';

/** User names that RDS or PostgreSQL keep for themselves. `postgres` is allowed. */
const RESERVED_USERS = ['admin', 'public', 'none', 'user', 'current_user', 'session_user'] as const;
const RESERVED_PREFIXES = ['rds', 'pg_'] as const;

/** Names of databases that every server has. */
const RESERVED_DATABASES = ['postgres', 'rdsadmin', 'template0', 'template1'] as const;

/**
 * What is wrong with the master user's name.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
 */
export function masterUsernameProblems(name: string): Problem[] {
  const reserved =
    RESERVED_USERS.some((user) => user === name) || RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix));
  if (IDENTIFIER.test(name) && !reserved) return [];
  return [
    {
      field: 'masterUsername',
      must: `must be ${RULE}, not reserved (${RESERVED_USERS.join(', ')}, ${RESERVED_PREFIXES.map((prefix) => `${prefix}…`).join(', ')})`,
      got: name,
      fix: 'choose another, such as payment_admin',
    },
  ];
}

/** What is wrong with the name of the database that is created in the cluster. */
export function databaseNameProblems(name: string): Problem[] {
  if (IDENTIFIER.test(name) && !RESERVED_DATABASES.some((database) => database === name)) return [];
  return [
    {
      field: 'databaseName',
      must: `must be ${RULE}, not ${RESERVED_DATABASES.join(', ')}`,
      got: name,
      fix: 'choose another, such as payments',
    },
  ];
}

/** What is wrong with the name of a database user that signs in through IAM. */
export function databaseUserProblems(name: string): Problem[] {
  if (IDENTIFIER.test(name)) return [];
  return [
    { field: 'databaseUser', must: `must be ${RULE}`, got: name, fix: 'name one user: a pattern would admit all' },
  ];
}
