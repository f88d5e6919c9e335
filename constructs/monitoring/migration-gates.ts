import { Construct } from 'constructs';
import type { AlarmCatalogue, CatalogueAlarm } from './alarm-catalogue';
import { type AlarmGate, GATES } from './alarm-row';
import { CompositeAlarm } from './composite-alarm';
import type { Severity } from './alert-subscription';

export interface MigrationGatesProps {
  /** The alarms of the environment. */
  readonly alarms: AlarmCatalogue;
  /** `AlertTopics.topicArns`. */
  readonly topicArns: Readonly<Record<Severity, string>>;
  /**
   * Where the runbook is read, without anchor.
   * @default 'docs/runbook.md'
   */
  readonly runbookUrl?: string;
}

/**
 * The two questions of the migration, each a composite alarm over the catalogue's rows that name it in `gates`.
 *
 * `safe-to-advance` in ALARM: nothing goes on. Its OK is not enough to go on: an alarm below it that has no data does not set
 * it off, so the gates read those too, and pause where one has none. Of what is not expected to have data now, a task that
 * nobody should have started, nothing is below it.
 *
 * `roll-back` in ALARM: payments fail here, and going back is the cure. Missing data never sets it off.
 */
export class MigrationGates extends Construct {
  readonly safeToAdvance: CompositeAlarm;
  readonly rollBack: CompositeAlarm;

  /** @throws Error when no alarm, or more than 100, take part in one of them */
  constructor(scope: Construct, id: string, props: MigrationGatesProps) {
    super(scope, id);
    this.safeToAdvance = this.create('SafeToAdvance', 'advance', 'info', props);
    this.rollBack = this.create('RollBack', 'rollback', 'critical', props);
  }

  private create(id: string, gate: AlarmGate, severity: Severity, props: MigrationGatesProps): CompositeAlarm {
    const { component, title, reason, runbook } = GATES[gate];
    return new CompositeAlarm(this, id, {
      component,
      description: `${title}. ${reason} Runbook: ${props.runbookUrl ?? 'docs/runbook.md'}#${runbook}`,
      alarmNames: childrenOf(props.alarms.alarms, gate).map(({ alarmNameReference }) => alarmNameReference),
      topicArn: props.topicArns[severity],
    });
  }
}

/** The alarms that take part in a gate. */
const childrenOf = (alarms: readonly CatalogueAlarm[], gate: AlarmGate): CatalogueAlarm[] =>
  alarms.filter(
    ({ row, resource }) => row.gates?.includes(gate) === true && (gate !== 'advance' || (resource.expectsData ?? true)),
  );
