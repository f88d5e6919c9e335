import type { DeclaredTable } from './declared-table';
import { sourceEndpoint, targetEndpoint, type DecodingPlugin, type EndpointSettings } from './endpoint-settings';
import { lintEndpoint, lintTableMappings, lintTables, lintTaskSettings, under, type Finding } from './lint';
import type { ReplicationDirection } from './names';
import { tableMappings, type TableMappings, type TableName } from './table-mappings';
import { taskSettings, type TaskSettings } from './task-settings';

/** What the replication between on-premises and Aurora is made of, apart from AWS's resources. */
export interface ReplicationPlanOptions {
  readonly schemas: readonly string[];
  /** @default none is known */
  readonly tables?: readonly DeclaredTable[];
  /** @default none but `writer_epoch` and the other direction's drain marker */
  readonly excludedTables?: readonly TableName[];
  /**
   * In KiB: 1 to 102400.
   * @default 1024
   */
  readonly lobMaxSizeKib?: number;
  /** @default 8 */
  readonly maxFullLoadSubTasks?: number;
  /**
   * How the on-premises server decodes WAL.
   * @default 'test_decoding', which comes with PostgreSQL
   */
  readonly pluginName?: DecodingPlugin;
  /** The slots that the CDC-only tasks start from: forward on the on-premises server, reverse on Aurora. */
  readonly slotNames: Readonly<Record<ReplicationDirection, string>>;
  /** The on-premises server. */
  readonly source: { readonly host: string; readonly databaseName: string; readonly certificateArn: string };
  /** The Aurora writer. */
  readonly target: { readonly host: string; readonly databaseName: string; readonly certificateArn: string };
}

/** The settings of every part, all safe by default. */
export interface ReplicationPlan {
  readonly fullLoadSource: EndpointSettings;
  readonly cdcSource: EndpointSettings;
  readonly target: EndpointSettings;
  readonly fullLoadSettings: TaskSettings;
  readonly cdcSettings: TaskSettings;
  /** What each direction carries: each its own drain marker, neither the other's. */
  readonly mappings: Readonly<Record<ReplicationDirection, TableMappings>>;
  /** Aurora, as the way back reads it. */
  readonly reverseSource: EndpointSettings;
  /** The on-premises server, as the way back writes to it. */
  readonly reverseTarget: EndpointSettings;
}

/** How Aurora decodes WAL: it has the plugin without being told. */
export const AURORA_PLUGIN: DecodingPlugin = 'test_decoding';

/** On-premises a superuser gives the apply role its setting: that role could not set it itself. */
export const REVERSE_TARGET_CONTEXT = { applyRoleIsExempt: true } as const;

/** The settings of the replication in both directions. */
export function planReplication(options: ReplicationPlanOptions): ReplicationPlan {
  const { pluginName = 'test_decoding', lobMaxSizeKib = 1024, maxFullLoadSubTasks } = options;
  const source = { engineName: 'postgres', ...options.source } as const;
  const target = { engineName: 'aurora-postgresql', ...options.target } as const;
  return {
    fullLoadSource: sourceEndpoint(source, pluginName),
    cdcSource: sourceEndpoint(source, pluginName, options.slotNames.forward),
    target: targetEndpoint(target),
    fullLoadSettings: taskSettings({ migrationType: 'full-load-and-cdc', lobMaxSizeKib, maxFullLoadSubTasks }),
    cdcSettings: taskSettings({ migrationType: 'cdc', lobMaxSizeKib, maxFullLoadSubTasks }),
    mappings: {
      forward: tableMappings({ ...options, direction: 'forward' }),
      reverse: tableMappings({ ...options, direction: 'reverse' }),
    },
    reverseSource: sourceEndpoint(target, AURORA_PLUGIN, options.slotNames.reverse),
    reverseTarget: targetEndpoint(source, REVERSE_TARGET_CONTEXT),
  };
}

/**
 * Everything that is unsafe in a plan, for every task, once. The construct refuses errors and shows warnings; the
 * validation of environment files can do the same before anything is built.
 */
export function lintReplication(options: ReplicationPlanOptions): Finding[] {
  const { schemas, tables = [], lobMaxSizeKib = 1024 } = options;
  const plan = planReplication(options);
  const load = { migrationType: 'full-load-and-cdc', tables, schemas } as const;
  const cdc = { migrationType: 'cdc', tables, schemas } as const;
  return unique([
    ...under('tables', lintTables(tables, { schemas, lobMaxSizeKib })),
    ...under('mappings', lintTableMappings(plan.mappings.forward, { tables, direction: 'forward' })),
    ...under('mappings', lintTableMappings(plan.mappings.reverse, { tables, direction: 'reverse' })),
    ...under('settings', lintTaskSettings(plan.fullLoadSettings, load)),
    ...under('settings', lintTaskSettings(plan.cdcSettings, cdc)),
    ...under('source', lintEndpoint(plan.fullLoadSource, load)),
    ...under('source', lintEndpoint(plan.cdcSource, cdc)),
    ...under('target', lintEndpoint(plan.target, {})),
    // The same servers, the other way round: what is wrong with a host is wrong with it once.
    ...under('target', lintEndpoint(plan.reverseSource, cdc)),
    ...under('source', lintEndpoint(plan.reverseTarget, REVERSE_TARGET_CONTEXT)),
  ]);
}

const unique = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map((found) => [JSON.stringify([found.rule, found.setting, found.value]), found])).values(),
];
