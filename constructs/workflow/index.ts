export { StateMachine, type StateMachineDefinition, type StateMachineProps } from './state-machine';
