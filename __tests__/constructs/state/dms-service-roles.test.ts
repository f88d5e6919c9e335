import { describe, expect, test } from '@jest/globals';
import { DmsServiceRoles, type DmsServiceRolesProps } from '../../../constructs/state';
import { parsePolicy, synthesize, type Template } from '../../support/template';

const build = (props?: DmsServiceRolesProps): Template =>
  synthesize((stack) => {
    new DmsServiceRoles(stack, 'DmsServiceRoles', props);
  });

const VPC = 'dms-vpc-role';
const LOGS = 'dms-cloudwatch-logs-role';
const ASSUME = { Effect: 'Allow', Principal: { Service: 'dms.amazonaws.com' }, Action: 'sts:AssumeRole' };
const FOR_THIS_ACCOUNT = {
  StringEquals: { 'aws:SourceAccount': '111111111111' },
  ArnLike: { 'aws:SourceArn': 'arn:aws:dms:*:111111111111:*' },
};

const trust = (template: Template, name: string): unknown =>
  parsePolicy(template.resource('aws_iam_role', { name }).assume_role_policy).Statement;

describe("DMS's service roles", () => {
  test('have the two names that DMS looks up, and no others', () => {
    const names = build()
      .list('aws_iam_role')
      .map(({ name }) => name);
    expect(names.sort()).toEqual([LOGS, VPC]);
  });

  test.each([VPC, LOGS])('let DMS assume %s for this account only, in any region', (name) => {
    expect(trust(build(), name)).toEqual([{ ...ASSUME, Condition: FOR_THIS_ACCOUNT }]);
  });

  test('hold the policy that AWS maintains for each', () => {
    const attachments = build()
      .list('aws_iam_role_policy_attachment')
      .map(({ role, policy_arn }) => [role, policy_arn]);
    expect(attachments).toEqual([
      [
        expect.stringMatching(/^\$\{aws_iam_role\..*CloudwatchLogsRole.*\.name\}$/),
        'arn:aws:iam::aws:policy/service-role/AmazonDMSCloudWatchLogsRole',
      ],
      [
        expect.stringMatching(/^\$\{aws_iam_role\..*VpcRole.*\.name\}$/),
        'arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole',
      ],
    ]);
  });

  test('are created by default, and adopted where the console has made them', () => {
    expect(build().json.import).toBeUndefined();
    expect(build({ importExisting: true }).json.import).toEqual([
      { id: VPC, to: expect.stringMatching(/^aws_iam_role\..*VpcRole/) },
      {
        id: `${VPC}/arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole`,
        to: expect.stringMatching(/^aws_iam_role_policy_attachment\..*VpcPolicy/),
      },
      { id: LOGS, to: expect.stringMatching(/^aws_iam_role\..*CloudwatchLogsRole/) },
      {
        id: `${LOGS}/arn:aws:iam::aws:policy/service-role/AmazonDMSCloudWatchLogsRole`,
        to: expect.stringMatching(/^aws_iam_role_policy_attachment\..*CloudwatchLogsPolicy/),
      },
    ]);
  });

  test('drop the conditions of the log role alone when asked to', () => {
    const template = build({ unconditionalLogsRole: true });
    expect(trust(template, LOGS)).toEqual([ASSUME]);
    expect(trust(template, VPC)).toEqual([{ ...ASSUME, Condition: FOR_THIS_ACCOUNT }]);
  });
});
