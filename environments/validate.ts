import { environmentSchema, type Environment } from './environment';
import { parse, type Parsed } from './parse';
import { InvalidEnvironments, type LocatedProblem } from './problem';
import { accountClashes, acrossRules } from './rules/across';
import { capacityRules } from './rules/capacity';
import { databaseRules } from './rules/database';
import { networkRules } from './rules/network';
import { relationRules } from './rules/relations';
import { replicationRules } from './rules/replication';
import { present, problem, type Rule } from './rules/rule';
import { accountSchema, type Account } from './schema/account';
import { suggestion } from './schema/primitives';

/** An environment file: where it is, and what it exports, of which nothing is taken for granted. */
export interface EnvironmentSource {
  /** For messages, for instance `environments/prod.ts`. */
  readonly file: string;
  readonly environment: unknown;
}

/** The accounts file and the environment files as they were read. */
export interface Sources {
  readonly accounts: { readonly file: string; readonly accounts: Readonly<Record<string, unknown>> };
  readonly environments: readonly EnvironmentSource[];
}

/** Everything that stacks are built from, valid as a whole. */
export interface Configuration {
  readonly accounts: Readonly<Record<string, Account>>;
  readonly environments: readonly Environment[];
}

const rules: readonly Rule[] = [
  ...networkRules,
  ...databaseRules,
  ...capacityRules,
  ...replicationRules,
  ...relationRules,
];

/**
 * Checks accounts and environments against the schema and the rules between fields and between files.
 * @throws InvalidEnvironments with every problem of every file
 */
export function validate(sources: Sources): Configuration {
  const accounts = Object.entries(sources.accounts.accounts).map(([name, raw]): [string, Parsed<Account>] => [
    name,
    parse(accountSchema, raw),
  ]);
  const environments = sources.environments.map(({ file, environment }) => ({
    file,
    parsed: parse(environmentSchema, environment),
  }));
  const partsByAccount = Object.fromEntries(accounts.map(([name, { validParts }]) => [name, validParts]));

  const problems: LocatedProblem[] = [
    ...accounts.flatMap(([name, { problems: found }]) =>
      found.map((each) => ({ ...each, file: sources.accounts.file, path: [name, ...each.path] })),
    ),
    ...accountClashes(partsByAccount).map((each) => ({ ...each, file: sources.accounts.file })),
    ...environments.flatMap(({ file, parsed: { problems: found, validParts } }) => {
      const { account } = validParts;
      const subject = { environment: validParts, account: account === undefined ? undefined : partsByAccount[account] };
      const known = Object.keys(partsByAccount);
      const unknownAccount =
        account === undefined || known.includes(account)
          ? []
          : [problem(['account'], 'must be a key of accounts.ts', account, suggestion(account, known))];
      return [...found, ...unknownAccount, ...rules.flatMap((rule) => rule(subject))].map((each) => ({
        ...each,
        file,
      }));
    }),
    ...acrossRules.flatMap((rule) =>
      rule(environments.map(({ file, parsed }) => ({ file, environment: parsed.validParts }))),
    ),
  ];
  if (problems.length > 0) throw new InvalidEnvironments(problems);
  return {
    accounts: Object.fromEntries(present(Object.fromEntries(accounts.map(([name, { value }]) => [name, value])))),
    environments: environments.flatMap(({ parsed: { value } }) => (value === undefined ? [] : [value])),
  };
}
