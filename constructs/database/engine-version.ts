import type { Problem } from '../validation/problem';

/** The major versions of Aurora PostgreSQL that the migration is built and rehearsed for. */
export const AURORA_ENGINE_MAJORS = [14, 15, 16, 17] as const;

export type AuroraEngineMajor = (typeof AURORA_ENGINE_MAJORS)[number];

/**
 * The long-term support minor of major 16: kept for at least three years, patched without a new version number, so that
 * neither AWS nor Terraform moves a migrating database. Not to be confused with RDS for PostgreSQL, where 16.8 has ended.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Updates.LTS.html
 */
export const DEFAULT_AURORA_ENGINE_VERSION = '16.8';

const VERSION = /^(\d{2})\.(\d{1,2})$/;

/** A version of Aurora PostgreSQL in parts. */
export interface AuroraEngineVersion {
  readonly major: AuroraEngineMajor;
  readonly minor: number;
}

/** The parts of a version such as `16.8`; undefined when it is none, or of another major. */
export function parseEngineVersion(version: string): AuroraEngineVersion | undefined {
  const match = VERSION.exec(version);
  const major = AURORA_ENGINE_MAJORS.find((candidate) => candidate === Number(match?.[1]));
  return major === undefined ? undefined : { major, minor: Number(match?.[2]) };
}

/** What is wrong with an engine version. Whether AWS still offers the minor is known to AWS alone. */
export function engineVersionProblems(version: string): Problem[] {
  if (parseEngineVersion(version) !== undefined) return [];
  return [
    {
      field: 'engineVersion',
      must: `must be major and minor version of Aurora PostgreSQL ${AURORA_ENGINE_MAJORS.join(', ')}, such as ${DEFAULT_AURORA_ENGINE_VERSION}`,
      got: version,
      fix: 'choose one that aws rds describe-db-engine-versions --engine aurora-postgresql lists',
    },
  ];
}
