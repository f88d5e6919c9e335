import { DMS_CONTROL_SCHEMA } from './names';

/** The plugins with which PostgreSQL decodes WAL for DMS. */
export const DECODING_PLUGINS = ['test_decoding', 'pglogical'] as const;

export type DecodingPlugin = (typeof DECODING_PLUGINS)[number];

/** An endpoint in the terms of `aws_dms_endpoint` and its `postgres_settings`. */
export interface EndpointSettings {
  readonly endpointType: 'source' | 'target';
  readonly engineName: 'postgres' | 'aurora-postgresql';
  /** The server's name, as its certificate has it. It stands in the endpoint's secret, not in the endpoint. */
  readonly host: string;
  readonly databaseName: string;
  readonly sslMode: string;
  /** The authority's certificate in DMS. */
  readonly certificateArn?: string;
  readonly pauseReplicationTasks?: boolean;
  readonly mapBooleanAsBoolean?: boolean;
  readonly heartbeatEnable?: boolean;
  /** In minutes. */
  readonly heartbeatFrequency?: number;
  readonly heartbeatSchema?: string;
  readonly pluginName?: string;
  readonly slotName?: string;
  readonly captureDdls?: boolean;
  readonly ddlArtifactsSchema?: string;
  readonly failTasksOnLobTruncation?: boolean;
  readonly afterConnectScript?: string;
}

type Server = Pick<EndpointSettings, 'engineName' | 'host' | 'databaseName' | 'certificateArn'>;

/**
 * A PostgreSQL that changes are read from.
 * @param server where it is, and the authority that its certificate is checked against
 * @param pluginName how it decodes WAL
 * @param slotName the slot to start from, for CDC-only tasks; a full load makes its own
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.PostgreSQL.html#CHAP_Source.PostgreSQL.ConnectionAttrib
 */
export const sourceEndpoint = (server: Server, pluginName: DecodingPlugin, slotName?: string): EndpointSettings => ({
  ...server,
  endpointType: 'source',
  sslMode: 'verify-full',
  pauseReplicationTasks: false,
  // Booleans travel as varchar(5) unless both endpoints say so.
  mapBooleanAsBoolean: true,
  heartbeatEnable: true,
  heartbeatFrequency: 1,
  heartbeatSchema: DMS_CONTROL_SCHEMA,
  pluginName,
  slotName,
  captureDdls: false,
  ddlArtifactsSchema: DMS_CONTROL_SCHEMA,
  failTasksOnLobTruncation: true,
});

/**
 * A PostgreSQL that changes are applied to.
 * @param server where it is, and the authority that its certificate is checked against
 * @param options.applyRoleIsExempt whether the role itself runs as replica; otherwise the session sets it, which takes
 * rds_superuser on Aurora
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.PostgreSQL.html#CHAP_Target.PostgreSQL.ConnectionAttrib
 */
export const targetEndpoint = (
  server: Server,
  { applyRoleIsExempt = false }: { readonly applyRoleIsExempt?: boolean } = {},
): EndpointSettings => ({
  ...server,
  endpointType: 'target',
  sslMode: 'verify-full',
  pauseReplicationTasks: false,
  mapBooleanAsBoolean: true,
  afterConnectScript: applyRoleIsExempt ? undefined : "SET session_replication_role='replica'",
});
