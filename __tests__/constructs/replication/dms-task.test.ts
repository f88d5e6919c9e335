import { describe, expect, test } from '@jest/globals';
import { DmsTask, tableMappings, taskSettings, type TaskSettings } from '../../../constructs/replication';
import type { TableMappings } from '../../../constructs/replication';
import { synthesize, type Template } from '../../support/template';

const SETTINGS = taskSettings({ migrationType: 'cdc', lobMaxSizeKib: 1024 });
const MAPPINGS = tableMappings({ schemas: ['payments'], direction: 'reverse' });

const build = (settings: TaskSettings, mappings: TableMappings): Template =>
  synthesize((stack) => {
    new DmsTask(stack, 'Task', {
      component: 'reverse-cdc',
      migrationType: 'cdc',
      direction: 'reverse',
      replicationInstanceArn: 'arn:aws:dms:us-east-1:111111111111:rep:ABC',
      sourceEndpointArn: 'arn:aws:dms:us-east-1:111111111111:endpoint:A',
      targetEndpointArn: 'arn:aws:dms:us-east-1:111111111111:endpoint:B',
      settings,
      mappings,
    });
  });

describe('a task', () => {
  test('of another direction is built by the same construct', () => {
    expect(build(SETTINGS, MAPPINGS).resource('aws_dms_replication_task')).toMatchObject({
      replication_task_id: 'reverse-cdc-test',
      migration_type: 'cdc',
    });
  });

  test('refuses unsafe settings and mappings by itself, together', () => {
    const settings = { ...SETTINGS, TargetMetadata: { ...SETTINGS.TargetMetadata, BatchApplyEnabled: true } };
    const mappings = { rules: MAPPINGS.rules.slice(0, 1) };
    const page = 'https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks';
    expect(() => build(settings, mappings)).toThrow(
      [
        'task reverse-cdc must be safe for the data, got 3 unsafe values',
        'TargetMetadata.BatchApplyEnabled must be false, got true; net changes of a table in one batch break the commit ' +
          'order (a marker row then proves nothing), fail on unique keys beside the primary one, and switch loop ' +
          `prevention off (${page}.TaskSettings.TargetMetadata.html)`,
        'rules[0].object-locator must not take in writer_epoch: exclude it from the same schemas, ' +
          'got {"schema-name":"payments","table-name":"%"}; it says which side may be written and is local to each: ' +
          'replicated, it would open a database that is closed ' +
          `(${page}.TableMapping.SelectionTransformation.Selections.html)`,
        'rules[0].object-locator must not take in drain_marker_forward: exclude it from the same schemas, ' +
          'got {"schema-name":"payments","table-name":"%"}; it shows that the other direction is drained: carried this ' +
          'way it says so of nothing, and the row that comes back meets itself and stops the task ' +
          `(${page}.TableMapping.SelectionTransformation.Selections.html)`,
      ].join('\n'),
    );
  });
});
