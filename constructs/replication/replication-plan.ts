import type { DeclaredTable } from './declared-table';
import { sourceEndpoint, targetEndpoint, type DecodingPlugin, type EndpointSettings } from './endpoint-settings';
import { lintEndpoint, lintTableMappings, lintTables, lintTaskSettings, under, type Finding } from './lint';
import { tableMappings, type TableMappings, type TableName } from './table-mappings';
import { taskSettings, type TaskSettings } from './task-settings';

/** What the replication from on-premises to Aurora is made of, apart from AWS's resources. */
export interface ReplicationPlanOptions {
  readonly schemas: readonly string[];
  /** @default none is known */
  readonly tables?: readonly DeclaredTable[];
  /** @default none but `writer_epoch` */
  readonly excludedTables?: readonly TableName[];
  /**
   * In KiB: 1 to 102400.
   * @default 1024
   */
  readonly lobMaxSizeKib?: number;
  /** @default 8 */
  readonly maxFullLoadSubTasks?: number;
  /** @default 'test_decoding', which comes with PostgreSQL */
  readonly pluginName?: DecodingPlugin;
  /** The slot that the CDC-only task starts from. */
  readonly slotName: string;
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
  readonly mappings: TableMappings;
}

/** The settings of the replication from on-premises to Aurora. */
export function planReplication(options: ReplicationPlanOptions): ReplicationPlan {
  const { pluginName = 'test_decoding', lobMaxSizeKib = 1024, maxFullLoadSubTasks } = options;
  const source = { engineName: 'postgres', ...options.source } as const;
  return {
    fullLoadSource: sourceEndpoint(source, pluginName),
    cdcSource: sourceEndpoint(source, pluginName, options.slotName),
    target: targetEndpoint({ engineName: 'aurora-postgresql', ...options.target }),
    fullLoadSettings: taskSettings({ migrationType: 'full-load-and-cdc', lobMaxSizeKib, maxFullLoadSubTasks }),
    cdcSettings: taskSettings({ migrationType: 'cdc', lobMaxSizeKib, maxFullLoadSubTasks }),
    mappings: tableMappings(options),
  };
}

/**
 * Everything that is unsafe in a plan, for both tasks, once. The construct refuses errors and shows warnings; the
 * validation of environment files can do the same before anything is built.
 */
export function lintReplication(options: ReplicationPlanOptions): Finding[] {
  const { schemas, tables = [], lobMaxSizeKib = 1024 } = options;
  const plan = planReplication(options);
  const load = { migrationType: 'full-load-and-cdc', tables, schemas } as const;
  const cdc = { migrationType: 'cdc', tables, schemas } as const;
  return unique([
    ...under('tables', lintTables(tables, { schemas, lobMaxSizeKib })),
    ...under('mappings', lintTableMappings(plan.mappings, { tables })),
    ...under('settings', lintTaskSettings(plan.fullLoadSettings, load)),
    ...under('settings', lintTaskSettings(plan.cdcSettings, cdc)),
    ...under('source', lintEndpoint(plan.fullLoadSource, load)),
    ...under('source', lintEndpoint(plan.cdcSource, cdc)),
    ...under('target', lintEndpoint(plan.target, {})),
  ]);
}

const unique = (findings: readonly Finding[]): Finding[] => [
  ...new Map(findings.map((found) => [`${found.rule} ${found.setting}`, found])).values(),
];
