import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportJsonSchema } from '../lambda/migration-validation/report/json-schema';

writeFileSync(join(__dirname, '..', 'docs', 'compare-report.schema.json'), reportJsonSchema());
