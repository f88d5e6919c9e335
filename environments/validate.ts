import { environmentSchema, type Environment } from './environment';
import { parse, type Parsed } from './parse';
import { InvalidEnvironments, type LocatedProblem } from './problem';
import { accountRules } from './rules/accounts';
import { acrossRules } from './rules/across';
import { capacityRules } from './rules/capacity';
import { cutoverRules } from './rules/cutover';
import { databaseRules } from './rules/database';
import { ingressRules } from './rules/ingress';
import { networkRules } from './rules/network';
import { onceRules } from './rules/once';
import { paymentPathRules } from './rules/payment-path';
import { relationRules } from './rules/relations';
import { replicationRules } from './rules/replication';
import { present, problem, type Rule } from './rules/rule';
import { accountSchema, accountsSchema, type Account } from './schema/account';
import { suggestion } from './schema/primitives';

/** An environment file: where it is, and what it exports, of which nothing is taken for granted. */
export interface EnvironmentSource {
  /** For messages, for instance `environments/prod.ts`. */
  readonly file: string;
  readonly environment: unknown;
}

/** The accounts file and the environment files as they were read. */
export interface Sources {
  readonly accounts: { readonly file: string; readonly accounts: unknown };
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
  ...ingressRules,
  ...paymentPathRules,
  ...cutoverRules,
  ...onceRules,
];

/**
 * Checks accounts and environments against the schema and the rules between fields and between files.
 * @throws InvalidEnvironments with every problem of every file
 */
export function validate(sources: Sources): Configuration {
  const accountsFile = parse(accountsSchema, sources.accounts.accounts);
  const accounts = Object.entries(accountsFile.value ?? {}).map(([name, raw]): [string, Parsed<Account>] => [
    name,
    parse(accountSchema, raw),
  ]);
  const environments = sources.environments.map(({ file, environment }) => ({
    file,
    parsed: parse(environmentSchema, environment),
  }));
  const partsByAccount = Object.fromEntries(accounts.map(([name, { validParts }]) => [name, validParts]));

  const problems: LocatedProblem[] = [
    ...accountsFile.problems.map((each) => ({ ...each, file: sources.accounts.file })),
    ...accounts.flatMap(([name, { problems: found }]) =>
      found.map((each) => ({ ...each, file: sources.accounts.file, path: [name, ...each.path] })),
    ),
    ...accountRules(partsByAccount).map((each) => ({ ...each, file: sources.accounts.file })),
    ...environments.flatMap(({ file, parsed: { problems: found, validParts } }) => {
      const { account } = validParts;
      const known = Object.keys(partsByAccount);
      const isKnown = account !== undefined && known.includes(account);
      const subject = { environment: validParts, account: isKnown ? partsByAccount[account] : undefined };
      const unknownAccount =
        account === undefined || isKnown || accountsFile.value === undefined
          ? []
          : [
              problem(
                ['account'],
                'must be a key of accounts.ts',
                account,
                suggestion(account, known, `name one of ${known.join(', ')}`),
              ),
            ];
      // Whatever a rule says of a part that is wrong as such, or of what is in it, follows from that.
      const broken = rules
        .flatMap((rule) => rule(subject))
        .filter(({ path }) => !found.some((wrong) => wrong.path.every((step, index) => step === path[index])));
      return [...found, ...unknownAccount, ...broken].map((each) => ({ ...each, file }));
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
