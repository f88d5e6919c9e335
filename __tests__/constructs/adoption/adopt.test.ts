import { describe, expect, test } from '@jest/globals';
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { adopt } from '../../../constructs/adoption/adopt';
import { synthesize } from '../../support/template';

describe('adopting what exists', () => {
  test('writes one import block for each resource', () => {
    const template = synthesize((stack) => {
      adopt(new CloudwatchLogGroup(stack, 'One', { name: '/one' }), '/one');
      adopt(new CloudwatchLogGroup(stack, 'Two', { name: '/two' }), '/two');
      new CloudwatchLogGroup(stack, 'Three', { name: '/three' });
    });
    expect(template.json.import).toEqual([
      { id: '/one', to: 'aws_cloudwatch_log_group.One' },
      { id: '/two', to: 'aws_cloudwatch_log_group.Two' },
    ]);
  });

  test('is refused a second time', () => {
    expect(() =>
      synthesize((stack) => {
        const group = new CloudwatchLogGroup(stack, 'One', { name: '/one' });
        adopt(group, '/one');
        adopt(group, '/two');
      }),
    ).toThrow(/already a Construct with name 'Import'/);
  });
});
