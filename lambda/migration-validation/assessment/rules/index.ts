import type { Rule } from '../rule';
import { ACTIVITY_RULES } from './activity';
import { CAPTURE_RULES } from './capture';
import { COLUMN_RULES } from './columns';
import { EXTENSION_RULES } from './extensions';
import { FENCE_RULES } from './fence';
import { OBJECT_RULES } from './objects';
import { SERVER_RULES } from './server';
import { TABLE_RULES } from './tables';
import { TARGET_RULES } from './target';

/** What rules are about, in the order of the report. */
export const RULE_GROUPS: readonly { readonly title: string; readonly rules: readonly Rule[] }[] = [
  { title: "The source's server", rules: SERVER_RULES },
  { title: 'The capture role', rules: CAPTURE_RULES },
  { title: 'What is going on', rules: ACTIVITY_RULES },
  { title: 'Extensions', rules: EXTENSION_RULES },
  { title: 'Tables', rules: TABLE_RULES },
  { title: 'Columns', rules: COLUMN_RULES },
  { title: 'What else is in the database', rules: OBJECT_RULES },
  { title: 'The fence and the ledger', rules: FENCE_RULES },
  { title: 'The target', rules: TARGET_RULES },
];

/** Every rule. */
export const RULES: readonly Rule[] = RULE_GROUPS.flatMap(({ rules }) => rules);
