import { DmsEndpoint } from '@cdktf/provider-aws/lib/dms-endpoint';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import { Deployment } from '../naming';
import type { DmsCredentials } from './dms-credentials';
import type { EndpointSettings } from './endpoint-settings';
import { lintEndpoint, refuseErrors, type EndpointContext } from './lint';

export interface DmsPostgresEndpointProps extends Omit<EndpointContext, 'endpointType'> {
  /** The endpoint's name without the suffix, for instance `on-premises-source`. */
  readonly component: string;
  /** See `sourceEndpoint` and `targetEndpoint`. */
  readonly settings: EndpointSettings;
  readonly credentials: DmsCredentials;
  /** The key for replication. An endpoint cannot change its key. */
  readonly encryptionKey: EncryptionKey;
}

/**
 * The provider sends every number of the settings, and 0 for one that is left out: statements without a limit, and files of
 * no size to load from. So DMS's own defaults are written out.
 * @see https://docs.aws.amazon.com/dms/latest/APIReference/API_PostgreSQLSettings.html
 */
const DMS_DEFAULTS = { executeTimeoutSeconds: 60, maxFileSizeKib: 32_768 } as const;

/** A PostgreSQL that DMS reads from or writes to, with credentials from Secrets Manager over verified TLS. */
export class DmsPostgresEndpoint extends Construct {
  readonly endpointArn: string;
  readonly endpointId: string;
  /** The secret with the credentials. */
  readonly secretArn: string;

  /** @throws Error when the linter finds an unsafe setting */
  constructor(scope: Construct, id: string, props: DmsPostgresEndpointProps) {
    super(scope, id);
    const { settings, credentials } = props;
    refuseErrors(`endpoint ${props.component}`, lintEndpoint(settings, props));
    const endpoint = new DmsEndpoint(this, 'Endpoint', {
      endpointId: Deployment.of(this).name(props.component, 'dms-resource'),
      endpointType: settings.endpointType,
      engineName: settings.engineName,
      // DMS takes host, port, user and password from the secret, but the database's name from here.
      databaseName: settings.databaseName,
      secretsManagerArn: credentials.secretArn,
      secretsManagerAccessRoleArn: credentials.accessRoleArn,
      sslMode: settings.sslMode,
      certificateArn: settings.certificateArn,
      kmsKeyArn: props.encryptionKey.keyArn,
      pauseReplicationTasks: settings.pauseReplicationTasks,
      postgresSettings: {
        afterConnectScript: settings.afterConnectScript,
        captureDdls: settings.captureDdls,
        ddlArtifactsSchema: settings.ddlArtifactsSchema,
        executeTimeout: DMS_DEFAULTS.executeTimeoutSeconds,
        failTasksOnLobTruncation: settings.failTasksOnLobTruncation,
        heartbeatEnable: settings.heartbeatEnable,
        heartbeatFrequency: settings.heartbeatFrequency,
        heartbeatSchema: settings.heartbeatSchema,
        mapBooleanAsBoolean: settings.mapBooleanAsBoolean,
        maxFileSize: DMS_DEFAULTS.maxFileSizeKib,
        pluginName: settings.pluginName,
        slotName: settings.slotName,
      },
      dependsOn: [...credentials.dependencies],
    });
    this.endpointArn = endpoint.endpointArn;
    this.endpointId = endpoint.endpointId;
    this.secretArn = credentials.secretArn;
  }
}
