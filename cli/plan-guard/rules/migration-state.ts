import { isAuthorityItem } from '../authority';
import { protection } from '../protection';
import { type Rule } from '../rule';
import { EVERY_PHASE } from './phases';

const tables = protection({
  id: 'migration-state',
  protects:
    'The tables that hold payments and the migration’s state, and the item that says which database may be written.',
  phases: EVERY_PHASE,
  types: ['aws_dynamodb_table', 'aws_dynamodb_table_replica'],
  taken: 'payments that no database holds yet, or the right to write, are lost with it',
});

const item = protection({
  ...tables,
  types: ['aws_dynamodb_table_item'],
  concerns: (change) => isAuthorityItem(change.before ?? change.after),
  taken: 'without it nobody may write, and a new one says on-prem at epoch 1, whatever is true',
  changed: { reason: 'only the migration’s own functions move the right to write', harmless: [] },
});

export const migrationState: Rule = {
  ...tables,
  judge: (input) => [...tables.judge(input), ...item.judge(input)],
};
