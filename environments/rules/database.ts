import {
  capacityProblems,
  databaseNameProblems,
  DEFAULT_AURORA_ENGINE_VERSION,
  engineVersionProblems,
  masterUsernameProblems,
  windowProblems,
} from '../../constructs/database';
import type { Problem as ConstructProblem } from '../../constructs/validation/problem';
import { parsePath, type Problem } from '../problem';
import { problem, type Rule } from './rule';

const inDatabase = ({ field, must, got, fix }: ConstructProblem): Problem =>
  problem(['database', ...parsePath(field)], must, got, fix);

const versionAndNames: Rule = ({ environment: { database } }) =>
  [
    ...(database?.engineVersion === undefined ? [] : engineVersionProblems(database.engineVersion)),
    ...(database?.databaseName === undefined ? [] : databaseNameProblems(database.databaseName)),
    ...(database?.masterUsername === undefined ? [] : masterUsernameProblems(database.masterUsername)),
  ].map(inDatabase);

const windows: Rule = ({ environment: { database } }) =>
  database?.backupWindow === undefined || database.maintenanceWindow === undefined
    ? []
    : windowProblems(database.backupWindow, database.maintenanceWindow).map(inDatabase);

// What is missing is taken for something harmless, so that the rest is still checked: the schema has reported it.
const capacity: Rule = ({ environment: { database } }) => {
  const declared = database?.capacity;
  const engineVersion = database?.engineVersion ?? DEFAULT_AURORA_ENGINE_VERSION;
  const readerCount = declared?.readerCount ?? 1;
  if (declared?.mode === 'provisioned') {
    const { writerInstanceClass = 'db.r6g.large', readerInstanceClass = 'db.r6g.large' } = declared;
    const whole = { mode: declared.mode, writerInstanceClass, readerInstanceClass, readerCount };
    return capacityProblems(whole, engineVersion).map(inDatabase);
  }
  if (declared?.mode === 'serverless') {
    const { minAcu = 0.5 } = declared;
    const { maxAcu = Math.max(1, minAcu) } = declared;
    return capacityProblems({ mode: declared.mode, minAcu, maxAcu, readerCount }, engineVersion).map(inDatabase);
  }
  return [];
};

/** The rules of Aurora, as its construct has them. */
export const databaseRules: readonly Rule[] = [versionAndNames, windows, capacity];
