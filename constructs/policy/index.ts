export { ManagedPolicy, type ManagedPolicyProps } from './managed-policy';
export { ServiceRole, type Grantee, type ServiceRoleProps } from './service-role';
export { onlyForAccount, policyDocument, type PolicyStatement } from './statement';
