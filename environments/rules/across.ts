import { cidrsOverlap } from '../../constructs/network/cidr';
import { accountStateKey, environmentStateKey } from '../../constructs/state/state-keys';
import type { Environment } from '../environment';
import type { DeepPartial } from '../parse';
import type { Problem } from '../problem';
import type { Account } from '../schema/account';
import { items, pairs, present, problem } from './rule';

/** An environment file without its wrong parts. */
export interface EnvironmentFile {
  readonly file: string;
  readonly environment: DeepPartial<Environment>;
}

/** A rule between environment files. The problem is the later file's. */
export type AcrossRule = (files: readonly EnvironmentFile[]) => readonly (Problem & { readonly file: string })[];

const uniqueNames: AcrossRule = (files) =>
  pairs(files)
    .filter(
      ([first, second]) => first.environment.name !== undefined && first.environment.name === second.environment.name,
    )
    .map(([first, second]) => ({
      file: second.file,
      ...problem(
        ['name'],
        `must differ from the name in ${first.file}`,
        second.environment.name,
        'choose another name',
      ),
    }));

// What two environments must not share, as one text: the same text is the same state.
const stateAddress = ({ environment: { name, account, state } }: EnvironmentFile): string | undefined => {
  if (state?.type === 's3' && name !== undefined && account !== undefined) {
    return `s3 ${account} ${state.key ?? environmentStateKey(name)}`;
  }
  if (state?.type === 'cloud' && state.organization !== undefined && state.workspace !== undefined) {
    return `cloud ${state.hostname ?? ''} ${state.organization} ${state.workspace}`;
  }
  return undefined;
};

const uniqueStates: AcrossRule = (files) => {
  const located = files.flatMap((file) => {
    const address = stateAddress(file);
    return address === undefined ? [] : [{ ...file, address }];
  });
  const clashes = pairs(located)
    .filter(([first, second]) => first.address === second.address && first.environment.name !== second.environment.name)
    .map(([first, second]) => ({
      file: second.file,
      ...problem(
        ['state', second.environment.state?.type === 'cloud' ? 'workspace' : 'key'],
        `must differ from the one in ${first.file}: two stacks in one state destroy each other`,
        second.address.split(' ').at(-1),
        'choose another one',
      ),
    }));
  const reserved = located
    .filter(
      ({ address, environment }) =>
        address === `s3 ${environment.account} ${accountStateKey(environment.account ?? '')}`,
    )
    .map(({ file, environment, address }) => ({
      file,
      ...problem(
        ['state', 'key'],
        `must differ from the state of stack account-${environment.account}`,
        address.split(' ').at(-1),
        'choose another one',
      ),
    }));
  return [...clashes, ...reserved];
};

const networksApart: AcrossRule = (files) =>
  pairs(files.filter(({ environment }) => environment.onPremises !== undefined)).flatMap(([first, second]) => {
    const [one, other] = [first.environment.network?.cidr, second.environment.network?.cidr];
    if (one === undefined || other === undefined || !cidrsOverlap(one, other) || !sharesNetwork(first, second))
      return [];
    return [
      {
        file: second.file,
        ...problem(
          ['network', 'cidr'],
          `must not overlap network.cidr of ${first.file} (${one}): both are reached from the same on-premises network`,
          other,
          'choose a free range',
        ),
      },
    ];
  });

const sharesNetwork = (first: EnvironmentFile, second: EnvironmentFile): boolean =>
  items(first.environment.onPremises?.cidrs).some(([, one]) =>
    items(second.environment.onPremises?.cidrs).some(([, other]) => cidrsOverlap(one, other)),
  );

/** The rules between environment files. */
export const acrossRules: readonly AcrossRule[] = [uniqueNames, uniqueStates, networksApart];

/** What no two accounts may share. */
export function accountClashes(accounts: Readonly<Record<string, DeepPartial<Account>>>): Problem[] {
  return pairs(present(accounts)).flatMap(([[firstName, first], [secondName, second]]) => {
    const clash = (key: string, one: unknown, other: unknown): Problem[] =>
      one === undefined || one !== other
        ? []
        : [problem([secondName, ...key.split('.')], `must differ from ${firstName}.${key}`, other, 'correct either')];
    return [
      ...clash('id', first.id, second.id),
      ...clash('state.bucket', first.state?.bucket, second.state?.bucket),
      ...clash('state.accessLogBucket', first.state?.accessLogBucket, second.state?.accessLogBucket),
    ];
  });
}
