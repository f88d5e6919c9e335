import { COMPARISON_ROWS } from './comparison';
import { DATABASE_ROWS } from './database';
import { FUNCTION_ROWS } from './functions';
import { LOAD_BALANCER_ROWS } from './load-balancer';
import { MIGRATION_ROWS } from './migration';
import { NAT_GATEWAY_ROWS } from './nat-gateway';
import { PAYMENT_ROWS } from './payments';
import { QUEUE_ROWS } from './queues';
import { REPLICATION_ROWS } from './replication';
import { TABLE_ROWS } from './tables';
import { VPN_ROWS } from './vpn';

/** Every alarm there is. A new one is a new row in the file of its source; a new source is a new file here. */
export const ALARM_ROWS = [
  ...PAYMENT_ROWS,
  ...LOAD_BALANCER_ROWS,
  ...FUNCTION_ROWS,
  ...QUEUE_ROWS,
  ...TABLE_ROWS,
  ...DATABASE_ROWS,
  ...REPLICATION_ROWS,
  ...COMPARISON_ROWS,
  ...MIGRATION_ROWS,
  ...NAT_GATEWAY_ROWS,
  ...VPN_ROWS,
] as const;

/** The id of an alarm in the catalogue. */
export type AlarmId = (typeof ALARM_ROWS)[number]['id'];

export { GIB, MIB } from './units';
