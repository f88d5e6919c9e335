import { DynamodbTableItem } from '@cdktf/provider-aws/lib/dynamodb-table-item';
import type { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import { Deployment } from '../naming';
import { Table } from './table';

export interface MigrationStateTableProps {
  readonly encryptionKey: EncryptionKey;
  /** Which database may be written at first: the one that the payments are in when the environment begins. */
  readonly initialAuthority: 'on-prem' | 'aurora';
}

/** The key of the authority item, as the functions read it. */
const AUTHORITY_KEY = { pk: { S: 'authority' }, sk: { S: 'current' } } as const;

/**
 * The table `migration-state-<suffix>`. It holds the authority item, which says which database may be written: Terraform
 * writes it once, with epoch 1, and never again, for from then on only the cutover may change it. Where it is absent nobody
 * may write.
 */
export class MigrationStateTable extends Table {
  constructor(scope: Construct, id: string, { encryptionKey, initialAuthority }: MigrationStateTableProps) {
    super(scope, id, {
      component: 'migration-state',
      encryptionKey,
      hashKey: { name: 'pk', type: 'S' },
      rangeKey: { name: 'sk', type: 'S' },
    });
    new DynamodbTableItem(this, 'Authority', {
      tableName: this.tableName,
      hashKey: 'pk',
      rangeKey: 'sk',
      // The provider creates it on the condition that there is none, so it cannot undo a cutover.
      item: JSON.stringify({ ...AUTHORITY_KEY, authority: { S: initialAuthority }, epoch: { N: '1' } }),
      lifecycle: { ...Deployment.of(this).protection, ignoreChanges: ['item'] },
    });
  }
}
