export { Deployment, type DeploymentProps } from './deployment';
export { MAX_SUFFIX_LENGTH, NAME_LIMITS, type NameKind } from './limits';
