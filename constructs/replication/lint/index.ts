export type { EndpointContext } from './endpoint-rules';
export { errorsOf, findingText, refuseErrors, type Finding } from './finding';
export { lintEndpoint, lintSourceServer, lintTableMappings, lintTables, lintTaskSettings, under } from './lint';
export type { SourceServerParameters } from './source-server-rules';
export type { TaskContext } from './task-context';
