import { MIGRATION_PHASES } from '../../environments/environment';
import { UsageError } from '../shared/usage-error';
import { authorityOf } from './authority';
import type { Plan } from './plan';
import { UnreadablePlan } from './read-plan';
import type { Phase } from './rule';

/** The phases that rules go by, and where they were taken from. */
export interface PhaseChoice {
  readonly phases: readonly Phase[];
  readonly from: string;
}

const toPhase = (name: string): Phase | undefined => MIGRATION_PHASES.find((phase) => phase === name);

/**
 * The phase as an option says it, else as the tag MigrationPhase does: what it is and what the plan makes it both count, so
 * that no plan lowers the phase and does at once what the lower one allows. What the authority item says counts above the tag.
 * @throws UsageError when the option names none
 * @throws UnreadablePlan when the plan does not say
 */
export function choosePhase(plan: Plan, option: string | undefined): PhaseChoice {
  const names = MIGRATION_PHASES.join(', ');
  if (option !== undefined) {
    const phase = toPhase(option);
    if (phase === undefined) throw new UsageError(`--phase must be one of ${names}, got ${option}`);
    return { phases: [phase], from: '--phase' };
  }
  const { planned, present } = plan.phaseTags;
  const tags = [...new Set([...planned, ...present])];
  const phases = MIGRATION_PHASES.filter((phase) => tags.includes(phase));
  if (phases.length === 0 || phases.length < tags.length) {
    throw new UnreadablePlan(
      `the tag MigrationPhase must be one of ${names}, got ${tags.length === 0 ? 'no tag' : tags.join(', ')} in the plan; say it with --phase`,
    );
  }
  const from =
    planned.length === 0
      ? 'the tag MigrationPhase of what is there'
      : phases.length === 1
        ? 'the tag MigrationPhase of the planned values'
        : `the tag MigrationPhase, which the plan changes from ${present.join(' and ')} to ${planned.join(' and ')}`;
  return raise({ phases, from }, plan);
}

/** A tag that nobody has brought up to date must not switch rules off. */
function raise(choice: PhaseChoice, plan: Plan): PhaseChoice {
  const authority = authorityOf(plan);
  const least: readonly Phase[] =
    authority === 'aurora'
      ? ['data-on-aws', 'finished']
      : authority === 'frozen'
        ? ['traffic-shift', 'data-on-aws']
        : [];
  const [raised] = least;
  if (raised === undefined || choice.phases.some((phase) => least.includes(phase))) return choice;
  return {
    phases: [...choice.phases, raised],
    from: `${choice.from}, and ${raised} because authority is ${authority}`,
  };
}
