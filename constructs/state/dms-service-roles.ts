import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { adopt } from '../adoption/adopt';
import { Deployment } from '../naming';
import { onlyForAccount, policyDocument } from '../policy';

export interface DmsServiceRolesProps {
  /**
   * Adopt the roles by import blocks, where they exist: the DMS console creates them without asking when somebody makes a
   * replication instance there. Then their names are taken, and creating them fails with EntityAlreadyExists.
   * @default false
   */
  readonly importExisting?: boolean;
  /**
   * Leave the conditions off the trust of `dms-cloudwatch-logs-role` (not of `dms-vpc-role`). AWS documents them for both
   * roles, yet users report tasks whose log group never appears with them. Set this when that shows in your account.
   * @default false
   * @see https://github.com/terraform-aws-modules/terraform-aws-dms/issues/84
   */
  readonly unconditionalLogsRole?: boolean;
}

/** The two roles that DMS looks up by exactly these names, with the policy that AWS maintains for each. */
const ROLES = [
  {
    id: 'Vpc',
    name: 'dms-vpc-role',
    policy: 'AmazonDMSVPCManagementRole',
    description: 'Lets DMS manage the network interfaces of replication instances',
  },
  {
    id: 'CloudwatchLogs',
    name: 'dms-cloudwatch-logs-role',
    policy: 'AmazonDMSCloudWatchLogsRole',
    description: 'Lets DMS write the logs of replication tasks',
  },
] as const;

/**
 * The roles that DMS acts with in an account. IAM is not regional, so there is one of each for all regions and environments
 * of the account, and the trust names the account but no region: DMS of every region may use it, for this account only.
 * They must exist before the first replication subnet group, hence the account stack.
 * @see https://docs.aws.amazon.com/dms/latest/userguide/security-iam.html#CHAP_Security.APIRole
 * @see https://docs.aws.amazon.com/dms/latest/userguide/cross-service-confused-deputy-prevention.html
 */
export class DmsServiceRoles extends Construct {
  constructor(scope: Construct, id: string, props: DmsServiceRolesProps = {}) {
    super(scope, id);
    const { accountId } = Deployment.of(this);
    for (const { id: roleId, name, policy, description } of ROLES) {
      const unconditional = name === 'dms-cloudwatch-logs-role' && props.unconditionalLogsRole === true;
      const role = new IamRole(this, `${roleId}Role`, {
        name,
        description,
        assumeRolePolicy: policyDocument([
          {
            actions: ['sts:AssumeRole'],
            resources: [],
            principals: { Service: ['dms.amazonaws.com'] },
            ...(unconditional ? {} : { conditions: onlyForAccount(accountId, `arn:aws:dms:*:${accountId}:*`) }),
          },
        ]),
      });
      const policyArn = `arn:aws:iam::aws:policy/service-role/${policy}`;
      const attachment = new IamRolePolicyAttachment(this, `${roleId}Policy`, { role: role.name, policyArn });
      if (props.importExisting === true) {
        adopt(role, name);
        adopt(attachment, `${name}/${policyArn}`);
      }
    }
  }
}
