import { DynamodbTableItem } from '@cdktf/provider-aws/lib/dynamodb-table-item';
import type { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import { Deployment } from '../naming';
import type { Grantee } from '../policy';
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

  /** Lets a role look through all items, for what people said about an execution. The table is tiny. */
  grantScan(grantee: Grantee): void {
    this.grantTableScan(grantee);
  }

  /** Lets a role read all items of one hash key, for instance the history. */
  grantQuery(grantee: Grantee): void {
    this.grantKeyQuery(grantee);
  }

  /**
   * Lets people say something about an execution in their own name: items whose `pk` is their `aws:userid`. That of an assumed
   * role is `<id of the role>:<name of the session>`, so it names a person only where people cannot choose the name of their
   * session: IAM Identity Center sets it to the user; the trust policy of another role must require `sts:RoleSessionName` to be
   * who assumes it.
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_rolesessionname
   */
  grantStatements(grantee: Grantee): void {
    // A second dollar, for Terraform would look for something of its own; IAM gets one.
    this.grantPutUnder(grantee, 'SpeakForOneself', '$${aws:userid}');
  }
}
