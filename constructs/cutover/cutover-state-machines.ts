import { Construct } from 'constructs';
import type { NodeFunction } from '../compute';
import type { EncryptionKey } from '../encryption';
import type { LogRetentionDays } from '../monitoring/encrypted-log-group';
import { requireNone, when } from '../validation/problem';
import { StateMachine } from '../workflow';
import { CUTOVER_DEFINITIONS, type CutoverDefinitionProps, type CutoverMachine } from './definitions';
import { type CutoverLimits, FREEZE_BUDGET_LIMITS } from './limits';

export interface CutoverStateMachinesProps {
  /** The function `migration-steps`. */
  readonly steps: NodeFunction;
  /** The function `migration-validation`. */
  readonly validation: NodeFunction;
  /** The function `ledger-migration`. */
  readonly schema: NodeFunction;
  /** The function `traffic-shift`. */
  readonly traffic: NodeFunction;
  /** How long things may take; the functions must know the same limits. */
  readonly limits: CutoverLimits;
  /** Tables whose rows are only ever added: of these a comparison inside a freeze reads the new rows. */
  readonly appendOnly: CutoverDefinitionProps['appendOnly'];
  /**
   * What replication moves: a comparison inside a freeze leaves none of it out.
   * @default what the earlier comparison looked at
   */
  readonly replicated?: CutoverDefinitionProps['replicated'];
  /** The key for the log groups. */
  readonly logEncryptionKey: EncryptionKey;
  /** Days until a log event expires. */
  readonly logRetentionDays: LogRetentionDays;
}

/** What each machine is for, in one sentence: its role says it. */
const DESCRIPTIONS: Readonly<Record<CutoverMachine, string>> = {
  replicate: 'Sets up replication from on-premises to Aurora',
  advance: 'Lets AWS have more of the traffic',
  cutover: 'Moves the right to write to Aurora',
  rollback: 'Gives the right to write and the traffic back to on-premises',
  resume: 'Leaves a freeze that was left standing',
  finish: 'Removes what keeps the way back',
};

/** Part of the addresses in Terraform: never to be changed. */
const IDS: Readonly<Record<CutoverMachine, string>> = {
  replicate: 'Replicate',
  advance: 'Advance',
  cutover: 'Cutover',
  rollback: 'Rollback',
  resume: 'Resume',
  finish: 'Finish',
};

/** Each limit from its least to its most: the longest keep an execution below 25,000 events, as a test reckons. */
const RANGES = {
  weightTimeoutMinutes: { least: 1, most: 10_080, unit: 'minutes' },
  bakeMinutes: { least: 1, most: 10_080, unit: 'minutes' },
  approvalTimeoutMinutes: { least: 1, most: 10_080, unit: 'minutes' },
  freezeBudgetSeconds: FREEZE_BUDGET_LIMITS,
  loadHours: { least: 1, most: 336, unit: 'hours' },
  comparisonHours: { least: 1, most: 72, unit: 'hours' },
} as const;

/**
 * The state machines `replicate`, `advance`, `cutover`, `rollback`, `resume` and `finish`, each `<name>-<suffix>`; what they do
 * stands with their definitions. An execution runs on one version of each function, also when a deployment comes in between.
 * @throws Error when a limit is out of its range
 */
export class CutoverStateMachines extends Construct {
  readonly machines: Readonly<Record<CutoverMachine, StateMachine>>;

  constructor(scope: Construct, id: string, props: CutoverStateMachinesProps) {
    super(scope, id);
    requireLimits(props.limits);
    const { steps, validation, schema, traffic } = props;
    const functions = { steps, validation, schema, traffic };
    const definitionProps: CutoverDefinitionProps = {
      functions: {
        steps: versionOf(steps),
        validation: versionOf(validation),
        schema: versionOf(schema),
        traffic: versionOf(traffic),
      },
      limits: props.limits,
      appendOnly: props.appendOnly,
      ...(props.replicated === undefined ? {} : { replicated: props.replicated }),
    };
    const create = (component: CutoverMachine): StateMachine => {
      const definition = CUTOVER_DEFINITIONS[component](definitionProps);
      const machine = new StateMachine(this, IDS[component], {
        component,
        description: DESCRIPTIONS[component],
        definition,
        logEncryptionKey: props.logEncryptionKey,
        logRetentionDays: props.logRetentionDays,
      });
      const text = JSON.stringify(definition);
      for (const called of Object.values(functions)) {
        if (text.includes(`"${versionOf(called).functionArn}"`)) called.grantInvoke(machine.role);
      }
      return machine;
    };
    this.machines = {
      replicate: create('replicate'),
      advance: create('advance'),
      cutover: create('cutover'),
      rollback: create('rollback'),
      resume: create('resume'),
      finish: create('finish'),
    };
  }
}

const versionOf = ({ functionArn, version, timeoutSeconds }: NodeFunction) => ({
  functionArn: `${functionArn}:${version}`,
  timeoutSeconds,
});

function requireLimits(limits: CutoverLimits): void {
  requireNone(
    (Object.keys(RANGES) as (keyof typeof RANGES)[]).flatMap((field) => {
      const { least, most, unit } = RANGES[field];
      const got = limits[field];
      return when(got !== undefined && !(Number.isInteger(got) && got >= least && got <= most), {
        field: `limits.${field}`,
        must: `must be an integer from ${least} to ${most} (${unit})`,
        got,
        fix: 'choose a value in that range',
      });
    }),
  );
}
