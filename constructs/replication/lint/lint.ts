import type { DeclaredTable } from '../declared-table';
import type { EndpointSettings } from '../endpoint-settings';
import type { TableMappings } from '../table-mappings';
import { ENDPOINT_RULES, type EndpointContext } from './endpoint-rules';
import { finding, settingOf, type Finding } from './finding';
import { MAPPING_RULES, type MappingContext } from './mapping-rules';
import { lintSettings } from './setting-rules';
import { SOURCE_SERVER_RULES, type SourceServerContext, type SourceServerParameters } from './source-server-rules';
import { TABLE_RULES, type TableContext } from './table-rules';
import type { TaskContext } from './task-context';
import { TASK_SETTING_RULES } from './task-setting-rules';

/** What is unsafe in the settings of a task, written by hand, built, or read back from DMS. */
export const lintTaskSettings = (settings: object, context: TaskContext): Finding[] =>
  lintSettings(TASK_SETTING_RULES, settings, context);

/** What is unsafe in the table mappings of a task. */
export const lintTableMappings = (mappings: TableMappings, context: MappingContext): Finding[] =>
  MAPPING_RULES.flatMap((rule) => rule.check(mappings, context).map((hit) => finding(rule, hit)));

/** What DMS would lose of some tables. Paths start at the list: `[0].primaryKey`. */
export const lintTables = (tables: readonly DeclaredTable[], context: TableContext = {}): Finding[] =>
  tables.flatMap((table, index) =>
    TABLE_RULES.flatMap((rule) =>
      rule.check(table, context).map((hit) => finding(rule, { ...hit, path: [index, ...hit.path] })),
    ),
  );

/** What is unsafe in an endpoint. */
export const lintEndpoint = (endpoint: EndpointSettings, context: Omit<EndpointContext, 'endpointType'>): Finding[] =>
  lintSettings(ENDPOINT_RULES, endpoint, { ...context, endpointType: endpoint.endpointType });

/** What is unsafe in the parameters of a source's server. */
export const lintSourceServer = (parameters: SourceServerParameters, context: SourceServerContext): Finding[] =>
  lintSettings(SOURCE_SERVER_RULES, parameters, context);

/** Findings as seen from outside: each path with a prefix. */
export const under = (prefix: string, findings: readonly Finding[]): Finding[] =>
  findings.map((found) => {
    const path = [prefix, ...found.path];
    return { ...found, path, setting: settingOf(path) };
  });
