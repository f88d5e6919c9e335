import { isNamePart, NAME_PART_RULE } from '../../constructs/naming/limits';
import type { DeepPartial } from '../parse';
import { formatPath, type Path, type Problem } from '../problem';
import type { Account } from '../schema/account';
import { repeated } from './once';
import { present, problem } from './rule';

type Accounts = Readonly<Record<string, DeepPartial<Account>>>;

/** The names of accounts end the names of what their stacks hold. */
const names = (accounts: Accounts): Problem[] =>
  Object.keys(accounts)
    .filter((name) => !isNamePart(name))
    .map((name) => problem([name], `must be named by ${NAME_PART_RULE}`, name, 'rename it'));

interface Located {
  readonly path: Path;
  readonly value: string | undefined;
}

const unlikeEarlier = (values: readonly Located[]): Problem[] =>
  values.flatMap(({ path, value }, index) => {
    const first = values.slice(0, index).find((earlier) => value !== undefined && earlier.value === value);
    return first === undefined
      ? []
      : [problem(path, `must differ from ${formatPath(first.path)}`, value, 'correct either')];
  });

/** What no two accounts may share. A bucket that logs into itself never stops, so the two buckets of one differ as well. */
const clashes = (accounts: Accounts): Problem[] => [
  ...unlikeEarlier(present(accounts).map(([name, { id }]) => ({ path: [name, 'id'], value: id }))),
  ...unlikeEarlier(
    present(accounts).flatMap(([name, { state }]) => [
      { path: [name, 'state', 'bucket'], value: state?.bucket },
      { path: [name, 'state', 'accessLogBucket'], value: state?.accessLogBucket },
    ]),
  ),
];

const listedOnce = (accounts: Accounts): Problem[] =>
  present(accounts).flatMap(([name, { hostedZones, adopt }]) => [
    ...repeated([name, 'hostedZones'], hostedZones),
    ...repeated([name, 'adopt'], adopt),
  ]);

/** The rules of accounts. */
export const accountRules = (accounts: Accounts): Problem[] => [
  ...names(accounts),
  ...clashes(accounts),
  ...listedOnce(accounts),
];
