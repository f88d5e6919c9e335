import { windowProblems } from '../../constructs/database/backup';
import { acuProblems } from '../../constructs/database/capacity';
import { DEFAULT_AURORA_ENGINE_VERSION } from '../../constructs/database/engine-version';
import type { Problem as ConstructProblem } from '../../constructs/validation/problem';
import { parsePath, type Problem } from '../problem';
import { problem, type Rule } from './rule';

const inDatabase = ({ field, must, got, fix }: ConstructProblem): Problem =>
  problem(['database', ...parsePath(field)], must, got, fix);

const windows: Rule = ({ environment: { database } }) =>
  database?.backupWindow === undefined || database.maintenanceWindow === undefined
    ? []
    : windowProblems(database.backupWindow, database.maintenanceWindow).map(inDatabase);

// What is missing is taken for something harmless, so that the rest is still checked: the schema has reported it.
const serverlessLimits: Rule = ({ environment: { database } }) => {
  if (database?.capacity?.mode !== 'serverless') return [];
  const { minAcu = 0.5 } = database.capacity;
  const { maxAcu = Math.max(1, minAcu) } = database.capacity;
  return acuProblems(minAcu, maxAcu, database.engineVersion ?? DEFAULT_AURORA_ENGINE_VERSION).map(inDatabase);
};

/** The rules of Aurora, as its construct has them. */
export const databaseRules: readonly Rule[] = [windows, serverlessLimits];
