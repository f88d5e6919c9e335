import * as z from 'zod/mini';
import { report } from './model';

/** The JSON schema of report.json, as a file ends. */
export const reportJsonSchema = (): string =>
  `${JSON.stringify({ title: 'Comparison of two PostgreSQL databases', ...z.toJSONSchema(report, { io: 'input' }) }, undefined, 2)}\n`;
