import { Construct } from 'constructs';
import { type AuroraCluster, DatabaseAuthorities, DatabaseCredentials, LEDGER_ROLES } from '../../constructs/database';
import { Deployment } from '../../constructs/naming';
import { rdsCaBundle } from '../../constructs/replication';
import type { Environment } from '../configuration';
import type { Foundations } from './foundations';

/** The secrets with which functions reach the ledger databases. */
export interface LedgerSecrets {
  /** Books payments on Aurora. Rotated. */
  readonly aurora: DatabaseCredentials;
  /** Reads the ledger on Aurora. Rotated. */
  readonly auroraRead: DatabaseCredentials;
  /** Books payments on-premises; undefined without an on-premises side. */
  readonly onPrem: DatabaseCredentials | undefined;
  /** Reads the ledger on-premises; undefined without an on-premises side. */
  readonly onPremRead: DatabaseCredentials | undefined;
  /** Moves the right to write on Aurora; undefined without a cutover. Not rotated: it goes when the migration is over. */
  readonly auroraMigrator: DatabaseCredentials | undefined;
  /** Moves the right to write on-premises; undefined without a cutover. */
  readonly onPremMigrator: DatabaseCredentials | undefined;
  /** The authorities of both sides' certificates. */
  readonly authorities: DatabaseAuthorities;
}

const MOVE = 'move the right to write of';

/** Creates the secrets with which functions reach the ledger databases. */
export function addDatabaseCredentials(
  stack: Construct,
  { onPremises, cutover }: Environment,
  { keys, database }: Pick<Foundations, 'keys'> & { readonly database: AuroraCluster },
): LedgerSecrets {
  const scope = new Construct(stack, 'LedgerSecrets');
  const encryptionKey = keys.secrets;
  const forAurora = (id: string, component: string, username: string, what: string): DatabaseCredentials =>
    new DatabaseCredentials(scope, id, {
      component,
      description: `How functions ${what} the ledger on Aurora`,
      host: database.endpoint,
      port: database.port,
      databaseName: database.databaseName,
      username,
      encryptionKey,
    });
  const source = onPremises?.database;
  const forOnPremises = (
    id: string,
    component: string,
    username: string,
    what: string,
  ): DatabaseCredentials | undefined =>
    source === undefined
      ? undefined
      : new DatabaseCredentials(scope, id, {
          component,
          description: `How functions ${what} the ledger on-premises. Its DBA gives the role this password, or writes one here.`,
          host: source.host,
          port: source.port,
          databaseName: source.databaseName,
          username,
          encryptionKey,
        });
  return {
    aurora: forAurora('Aurora', 'payment-db-credentials', LEDGER_ROLES.writer, 'write'),
    auroraRead: forAurora('AuroraRead', 'payment-db-read-credentials', LEDGER_ROLES.reader, 'read'),
    onPrem: forOnPremises('OnPrem', 'payment-onprem-credentials', LEDGER_ROLES.writer, 'write'),
    onPremRead: forOnPremises('OnPremRead', 'payment-onprem-read-credentials', LEDGER_ROLES.reader, 'read'),
    auroraMigrator:
      cutover === undefined
        ? undefined
        : forAurora('AuroraMigrator', 'payment-migrator-credentials', LEDGER_ROLES.migrator, MOVE),
    onPremMigrator:
      cutover === undefined
        ? undefined
        : forOnPremises('OnPremMigrator', 'payment-onprem-migrator-credentials', LEDGER_ROLES.migrator, MOVE),
    authorities: new DatabaseAuthorities(scope, 'Authorities', {
      auroraCaPem: rdsCaBundle(Deployment.of(scope).region),
      onPremisesCaPem: source?.caCertificatePem,
      encryptionKey,
    }),
  };
}
