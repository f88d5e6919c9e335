export { ApprovalsPolicy, type ApprovalsPolicyProps } from './approvals-policy';
export { CutoverStateMachines, type CutoverStateMachinesProps } from './cutover-state-machines';
export type { CutoverMachine } from './definitions';
export type { CutoverLimits } from './limits';
export { OperationsPolicy, type OperationsPolicyProps } from './operations-policy';
export { RollbackOnAlarm, type RollbackOnAlarmProps } from './rollback-on-alarm';
