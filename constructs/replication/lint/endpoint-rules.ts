import { isIPv4, isIPv6 } from 'node:net';
import type { EndpointSettings } from '../endpoint-settings';
import type { MigrationType } from '../task-settings';
import { PAGES } from './pages';
import type { SettingRule } from './setting-rules';

/** What an endpoint is judged by. */
export interface EndpointContext {
  readonly endpointType: EndpointSettings['endpointType'];
  /**
   * How the tasks start that read from the endpoint.
   * @default a target has none
   */
  readonly migrationType?: MigrationType;
  /**
   * Whether the apply role has `session_replication_role = replica` by `ALTER ROLE … SET`, as a superuser can give it on a
   * server of one's own.
   * @default false: the endpoint's script must set it
   */
  readonly applyRoleIsExempt?: boolean;
}

type EndpointRule = SettingRule<EndpointContext>;

const isSource = ({ endpointType }: EndpointContext): boolean => endpointType === 'source';

const isName = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** Rules about every endpoint. */
const COMMON_RULES: readonly EndpointRule[] = [
  {
    id: 'tls',
    setting: 'sslMode',
    safe: ['verify-full'],
    severity: 'error',
    reason: 'none sends rows in the clear, require verifies nothing, verify-ca accepts any host of the authority',
    page: PAGES.ssl,
  },
  {
    id: 'certificate',
    setting: 'certificateArn',
    safe: isName,
    must: 'must be the certificate of the authority that signed the server',
    severity: 'error',
    reason: 'without it the server cannot be verified',
    page: PAGES.ssl,
  },
  {
    id: 'host-is-address',
    setting: 'host',
    safe: (value) => typeof value !== 'string' || (!isIPv4(value) && !isIPv6(value)),
    must: 'must be the host name that the certificate names',
    severity: 'warning',
    reason:
      'verify-full compares it with the certificate; an address matches only if the certificate holds it as IP address ' +
      'and the client library of DMS looks there',
    page: PAGES.ssl,
  },
  {
    id: 'host-is-writer',
    setting: 'host',
    safe: (value) =>
      typeof value !== 'string' || !/\.(cluster-ro|proxy)-[^.]+\.[^.]+\.rds\.amazonaws\.com$/.test(value),
    must: "must be the database's writer, not a proxy or the reader endpoint",
    severity: 'error',
    reason: 'there is no CDC through a proxy, no slot and no write on a replica',
    page: PAGES.sourceLimits,
  },
  {
    id: 'pause-tasks',
    setting: 'pauseReplicationTasks',
    safe: [false, undefined],
    severity: 'error',
    reason: 'a change of the endpoint stops its tasks and may leave them stopped',
    page: PAGES.endpointUpdates,
  },
];

/** Rules about sources. */
const SOURCE_RULES: readonly EndpointRule[] = [
  {
    id: 'heartbeat',
    setting: 'heartbeatEnable',
    safe: [true],
    severity: 'error',
    reason: "while the replicated tables are idle, the slot pins the whole server's WAL until the disk is full",
    page: PAGES.sourceSettings,
  },
  {
    id: 'heartbeat-frequency',
    setting: 'heartbeatFrequency',
    safe: [1],
    must: 'must be 1 (minutes)',
    severity: 'error',
    reason: 'the default of 5 lets the slot lag behind by five minutes of WAL',
    page: PAGES.sourceSettings,
  },
  {
    id: 'heartbeat-schema',
    setting: 'heartbeatSchema',
    safe: (value) => isName(value) && value !== 'public',
    must: 'must be a schema of its own, not public',
    severity: 'error',
    reason: 'the default is public, where the heartbeat table is among those of applications',
    page: PAGES.sourceSettings,
  },
  {
    id: 'plugin',
    setting: 'pluginName',
    safe: ['test_decoding', 'pglogical'],
    severity: 'error',
    reason: 'otherwise DMS takes what it finds, and a slot made by hand must have the same plugin',
    page: PAGES.sourceSettings,
  },
  {
    id: 'ddl-capture',
    setting: 'captureDdls',
    safe: [false],
    severity: 'error',
    reason: 'it puts an event trigger (of a superuser) on the source, and carries schema changes over unseen',
    page: PAGES.sourceSettings,
  },
  {
    id: 'lob-truncation',
    setting: 'failTasksOnLobTruncation',
    safe: [true],
    severity: 'error',
    reason: 'a LOB above LobMaxSize is cut, with a line in the log',
    page: PAGES.sourceSettings,
  },
  {
    id: 'slot',
    setting: 'slotName',
    safe: isName,
    must: 'must name the slot that the CDC-only task starts from',
    appliesTo: (context) => isSource(context) && context.migrationType === 'cdc',
    severity: 'error',
    reason: 'PostgreSQL cannot start CDC from a time, and a slot that DMS makes starts after what was written before',
    page: PAGES.sourceStart,
  },
  {
    id: 'no-slot',
    setting: 'slotName',
    safe: [undefined],
    appliesTo: (context) => isSource(context) && context.migrationType === 'full-load-and-cdc',
    severity: 'error',
    reason: 'a full load makes its own slot, so that copy and changes meet without a gap',
    page: PAGES.sourceStart,
  },
];

/** Rules about targets. */
const TARGET_RULES: readonly EndpointRule[] = [
  {
    id: 'replica-role',
    setting: 'afterConnectScript',
    safe: (value) =>
      typeof value === 'string' && /session_replication_role\s*(=|to)\s*'?replica'?\s*;?\s*$/i.test(value),
    must: "must set session_replication_role to 'replica'",
    appliesTo: ({ endpointType, applyRoleIsExempt }) => endpointType === 'target' && applyRoleIsExempt !== true,
    severity: 'error',
    reason: "DMS applies in an ordinary session: the fence, the target's triggers and foreign keys would stop it",
    page: PAGES.target,
  },
];

/** Every rule about endpoints. */
export const ENDPOINT_RULES: readonly EndpointRule[] = [
  ...COMMON_RULES,
  ...SOURCE_RULES.map((rule) => ({ appliesTo: isSource, ...rule })),
  ...TARGET_RULES,
];
