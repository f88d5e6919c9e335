import type { Client } from 'pg';
import type { ExtensionFact } from '../facts-model';
import { rowsOf } from './probe';

/** The extensions that are installed in this database. */
export const readExtensions = (client: Client): Promise<ExtensionFact[]> =>
  rowsOf(client, 'SELECT extname AS name, extversion AS version FROM pg_extension ORDER BY extname');

/** The extensions that the server offers. */
export const readAvailableExtensions = (client: Client): Promise<ExtensionFact[]> =>
  rowsOf(client, `SELECT name, coalesce(default_version, '') AS version FROM pg_available_extensions ORDER BY name`);
