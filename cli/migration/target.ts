import type { Configuration } from '../../environments';
import type { Environment } from '../../environments/environment';
import type { Machine } from '../../lambda/shared/migration/executor';
import type { RecordName } from '../../lambda/shared/traffic/weighted-set';
import { UsageError } from '../shared/usage-error';
import { listText } from './text';

/** Where an environment's migration is: every name follows from the environment's file, so no Terraform is asked. */
export interface MigrationTarget extends RecordName {
  readonly environment: string;
  /** The account in which all of it must be. */
  readonly accountName: string;
  readonly accountId: string;
  readonly region: string;
  /** The table that holds authority, progress, history and what people said. */
  readonly stateTable: string;
  readonly clearanceParameter: string;
  /** The hosted zone with the weighted records. */
  readonly zoneId: string;
  /** Percent of the traffic to AWS, in the order of the steps. */
  readonly trafficSteps: readonly number[];
  readonly requireSecondPerson: boolean;
}

type Migrating = Environment & Required<Pick<Environment, 'cutover' | 'traffic'>>;

const isMigrating = (environment: Environment): environment is Migrating =>
  environment.cutover !== undefined && environment.traffic !== undefined;

/** @throws UsageError when there is no such environment, or nothing is migrated there */
export function targetOf({ environments, accounts }: Configuration, name: string): MigrationTarget {
  const environment = environments.filter(isMigrating).find((each) => each.name === name);
  const account = environment === undefined ? undefined : accounts[environment.account];
  if (environment === undefined || account === undefined) {
    const names = environments.filter(isMigrating).map((each) => each.name);
    throw new UsageError(
      `--environment must be one that has cutover and traffic in its file (${listText(names, 'none has')}), got "${name}"`,
    );
  }
  const { project, region, dns, traffic, cutover } = environment;
  return {
    environment: name,
    accountName: environment.account,
    accountId: account.id,
    region,
    stateTable: `migration-state-${name}`,
    clearanceParameter: `/${project}/${name}/traffic-clearance`,
    zoneId: dns.zoneId,
    recordName: dns.apiHostName,
    recordType: traffic.onPremises.kind === 'host-name' ? 'CNAME' : 'A',
    trafficSteps: cutover.trafficSteps,
    requireSecondPerson: cutover.requireSecondPerson,
  };
}

type Located = Pick<MigrationTarget, 'environment' | 'accountId' | 'region'>;

export const machineArn = ({ environment, accountId, region }: Located, machine: Machine): string =>
  `arn:aws:states:${region}:${accountId}:stateMachine:${machine}-${environment}`;

export const executionArn = (target: Located, machine: Machine, name: string): string =>
  `${machineArn(target, machine).replace(':stateMachine:', ':execution:')}:${name}`;

/** The name of an execution, by its ARN. */
export const executionName = (arn: string): string => arn.split(':').at(-1) ?? arn;
