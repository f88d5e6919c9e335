import type { Client } from 'pg';
import type { Facts } from './facts-model';
import type { Assessment, Finding, NotAsked, Unknown } from './model';
import { type AssessmentOptions, DEFAULT_LIMITS, type Limits } from './options';
import { gatherFacts } from './gather';
import type { Part, Rule } from './rule';
import { RULES } from './rules';

/**
 * Looks at a source, and at the target where there is one, for what stands against replicating it with DMS or by logical
 * replication. It reads only, catalogs above all, and each table up to a size once. Nothing it cannot see is passed:
 * it goes into `unknown`.
 * @param source a session as `openSession` opens it, of a role that may connect; SELECT on the tables and
 * pg_read_all_stats let it see all
 * @throws nothing for what the database refuses: that is `unknown`
 */
export async function assess(source: Client, options: AssessmentOptions = {}): Promise<Assessment> {
  const limits: Limits = { ...DEFAULT_LIMITS, ...definedOf(options) };
  const { facts, unknown, failed } = await gatherFacts(source, options, limits);
  const found = RULES.filter((rule) => canTell(rule, facts)).flatMap((rule) => findingsOf(rule, facts, limits));
  const findings = accept(found, options.accepted ?? []);
  const untold = [...unknown, ...RULES.flatMap((rule) => untoldBy(rule, failed))];
  return {
    formatVersion: 1,
    verdict: untold.length > 0 ? 'unknown' : findings.some(isBlocking) ? 'blocked' : 'ready',
    findings,
    unknown: untold,
    notAsked: options.target === undefined ? RULES.flatMap(withoutTarget) : [],
    facts,
  };
}

/** Whether a finding stands in the way. */
export const isBlocking = ({ severity, accepted }: Finding): boolean => severity === 'blocker' && accepted !== true;

/** The limits that were given, without keys that hold undefined. */
const definedOf = (options: AssessmentOptions): Partial<Limits> =>
  Object.fromEntries(
    Object.keys(DEFAULT_LIMITS)
      .map((key) => [key, options[key as keyof Limits]] as const)
      .filter(([, value]) => value !== undefined),
  );

const canTell = ({ needs }: Rule, facts: Facts): boolean => needs.every((part) => facts[part] !== undefined);

const findingsOf = (rule: Rule, facts: Facts, limits: Limits): Finding[] =>
  rule.check(facts, limits).map(({ object, value, fix }) => ({
    id: rule.id,
    severity: rule.severity,
    object,
    reason: rule.reason,
    fix: fix ?? rule.fix,
    page: rule.page,
    ...(value === undefined ? {} : { value }),
  }));

const accept = (findings: readonly Finding[], accepted: readonly string[]): Finding[] =>
  findings.map((found) =>
    accepted.includes(found.id) || accepted.includes(`${found.id}=${found.object}`)
      ? { ...found, accepted: true }
      : found,
  );

const untoldBy = ({ id, needs }: Rule, failed: ReadonlyMap<Part, string>): Unknown[] =>
  needs
    .filter((part) => failed.has(part))
    .slice(0, 1)
    .map((part) => ({
      id,
      object: part,
      reason: `it could not be read: ${failed.get(part) ?? ''}`,
      fix: 'give the role that looks what the error says is missing, or look again when nothing is in the way',
    }));

const withoutTarget = ({ id, needs }: Rule): NotAsked[] =>
  needs.includes('target') ? [{ id, reason: 'no target was given' }] : [];
