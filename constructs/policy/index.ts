export { ServiceRole, type Grantee, type ServiceRoleProps } from './service-role';
export { onlyForAccount, policyDocument, type PolicyStatement } from './statement';
