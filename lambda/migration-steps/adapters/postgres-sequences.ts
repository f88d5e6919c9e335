import type { Client } from 'pg';
import { readCatalog } from '../../migration-validation/catalog/read-catalog';
import type { Selection } from '../../migration-validation/catalog/selection';
import { compareSequences } from '../../migration-validation/sequences/compare-sequences';
import type { Side } from '../../shared/authority/authority';
import { withToken } from '../../shared/fence/with-token';
import type { DatabaseSessions } from '../../shared/replication/sessions';
import type { SequencePlan, Sequences } from '../ports/sequences';
import { otherSide } from '../steps/freeze-state';

export interface PostgresSequencesOptions {
  readonly sessions: DatabaseSessions;
  /** How many values are left unused beyond the furthest one, from 0. @default 1000 */
  readonly gap?: bigint;
  /** @default every schema but PostgreSQL's own and the migration's */
  readonly selection?: Selection;
}

/** Holds what the migration itself needs, on each side by itself. */
const CONTROL = 'migration_control';

/** Sequences of the two databases, by the comparison that also tells before the freeze what will be needed. */
export class PostgresSequences implements Sequences {
  constructor(private readonly options: PostgresSequencesOptions) {}

  plan(side: Side): Promise<SequencePlan> {
    const { sessions, gap = 1_000n, selection = {} } = this.options;
    return sessions[otherSide(side)].run((source) =>
      sessions[side].run(async (target) => {
        const catalogs = [await readCatalog(source, selection), await readCatalog(target, selection)] as const;
        const compared = await compareSequences({ source, target }, ...catalogs, { gap });
        const found = compared.filter(({ schema, verdict }) => schema !== CONTROL && verdict !== 'equal');
        return {
          statements: found.flatMap(({ verdict, setval }) => (verdict === 'unknown' ? [] : (setval ?? []))),
          problems: found
            .filter(({ verdict, setval }) => verdict === 'unknown' || setval === undefined)
            .map(({ schema, name, problem = 'it is not safe' }) => `the sequence ${schema}.${name}: ${problem}`),
        };
      }),
    );
  }

  apply(side: Side, token: number, { statements }: SequencePlan): Promise<void> {
    return this.options.sessions[side].run((client: Client) =>
      withToken(client, token, async () => {
        for (const statement of statements) await client.query(statement);
      }),
    );
  }
}
