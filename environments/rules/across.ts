import { cidrsOverlap, isVpcSizedCidr } from '../../constructs/network/cidr';
import { accountStateKey, environmentStateKey } from '../../constructs/state/state-keys';
import type { Environment } from '../environment';
import type { DeepPartial } from '../parse';
import type { Problem } from '../problem';
import { items, problem } from './rule';

/** An environment file without its wrong parts. */
export interface EnvironmentFile {
  readonly file: string;
  readonly environment: DeepPartial<Environment>;
}

/** A rule between environment files. The problem is the later file's. */
export type AcrossRule = (files: readonly EnvironmentFile[]) => readonly (Problem & { readonly file: string })[];

/**
 * The rule that no file clashes with an earlier one. A file is compared with the earlier files in order and stops at the
 * first clash: three files with one name are two mistakes.
 */
const apart =
  (clash: (file: EnvironmentFile, earlier: EnvironmentFile) => Problem | undefined): AcrossRule =>
  (files) =>
    files.flatMap((file, index) => {
      const [found] = files.slice(0, index).flatMap((earlier) => clash(file, earlier) ?? []);
      return found === undefined ? [] : [{ file: file.file, ...found }];
    });

const uniqueNames = apart(({ environment: { name } }, { file, environment }) =>
  name === undefined || name !== environment.name
    ? undefined
    : problem(['name'], `must differ from the name in ${file}`, name, 'choose another name'),
);

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

const isAccountState = ({ environment: { account } }: EnvironmentFile, address: string): boolean =>
  account !== undefined && address === `s3 ${account} ${accountStateKey(account)}`;

const uniqueStates = apart((file, earlier) => {
  const address = stateAddress(file);
  if (address === undefined || address !== stateAddress(earlier) || isAccountState(file, address)) return undefined;
  // Two environments of one name have one state by default: the name is the mistake.
  if (file.environment.name === earlier.environment.name) return undefined;
  return problem(
    ['state', file.environment.state?.type === 'cloud' ? 'workspace' : 'key'],
    `must differ from the one in ${earlier.file}: two stacks in one state destroy each other`,
    address.split(' ').at(-1),
    'choose another one',
  );
});

const apartFromAccountStates: AcrossRule = (files) =>
  files.flatMap((file) => {
    const address = stateAddress(file);
    if (address === undefined || !isAccountState(file, address)) return [];
    const must = `must differ from the state of stack account-${file.environment.account}`;
    return [{ file: file.file, ...problem(['state', 'key'], must, address.split(' ').at(-1), 'choose another one') }];
  });

/** Both stacks would own one record set, and the second could not create it. */
const uniqueApiNames = apart(({ environment: { dns } }, { file, environment: { dns: other } }) =>
  dns?.zoneId === undefined ||
  dns.apiHostName === undefined ||
  dns.zoneId !== other?.zoneId ||
  dns.apiHostName !== other.apiHostName
    ? undefined
    : problem(
        ['dns', 'apiHostName'],
        `must differ from dns.apiHostName in ${file}: two stacks cannot own the same records`,
        dns.apiHostName,
        'choose another name',
      ),
);

const networksApart = apart((file, earlier) => {
  const [cidr, other] = [file.environment.network?.cidr, earlier.environment.network?.cidr];
  if (cidr === undefined || other === undefined || !isVpcSizedCidr(cidr) || !isVpcSizedCidr(other)) return undefined;
  if (!cidrsOverlap(cidr, other) || !sharesNetwork(file, earlier)) return undefined;
  return problem(
    ['network', 'cidr'],
    `must not overlap network.cidr of ${earlier.file} (${other}): both are reached from the same on-premises network`,
    cidr,
    'choose a free range',
  );
});

const sharesNetwork = (first: EnvironmentFile, second: EnvironmentFile): boolean =>
  items(first.environment.onPremises?.cidrs).some(([, one]) =>
    items(second.environment.onPremises?.cidrs).some(([, other]) => cidrsOverlap(one, other)),
  );

/** The rules between environment files. */
export const acrossRules: readonly AcrossRule[] = [
  uniqueNames,
  uniqueStates,
  apartFromAccountStates,
  uniqueApiNames,
  networksApart,
];
