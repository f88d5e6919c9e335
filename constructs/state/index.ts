export { DmsServiceRoles, type DmsServiceRolesProps } from './dms-service-roles';
export { StateBackend, type StateBackendProps } from './state-backend';
export { stateBackendSettings, type StateBackendNames, type StateBackendSettings } from './state-settings';
