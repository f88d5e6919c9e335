import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { PostgresApplyRoles } from '../../../../lambda/migration-steps/adapters/postgres-apply-roles';
import { withClient } from '../../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';

jest.setTimeout(60_000);

let onPrem: LocalPostgres;
let aurora: LocalPostgres;
beforeAll(async () => {
  [onPrem, aurora] = await Promise.all([startPostgres({ major: 14 }), startPostgres({ major: 16 })]);
}, 60_000);
afterAll(() => Promise.all([onPrem.stop(), aurora.stop()]));

const on = (server: LocalPostgres, sql: string) => withClient(server.superuser, (client) => client.query(sql));
const problems = () =>
  new PostgresApplyRoles({
    'on-prem': { run: (unit) => withClient(onPrem.superuser, unit) },
    aurora: { run: (unit) => withClient(aurora.superuser, unit) },
  }).problems();
const missing = (side: string) =>
  `the role dms_apply must exist on ${side}, got none; run the SQL bundle or the ledger's migration there`;
const fenced = (side: string) =>
  `the role dms_apply must run with session_replication_role = replica on ${side}, got none such setting; let a superuser run ALTER ROLE dms_apply SET session_replication_role = replica`;

test('the roles must be there and exempt from the fence, by their setting or as Aurora grants it', async () => {
  expect(await problems()).toEqual([missing('on-prem'), missing('aurora')]);
  await on(onPrem, 'CREATE ROLE dms_apply LOGIN');
  await on(aurora, 'CREATE ROLE dms_apply NOLOGIN; CREATE ROLE rds_superuser');
  expect(await problems()).toEqual([fenced('on-prem'), fenced('aurora')]);
  await on(onPrem, 'ALTER ROLE dms_apply SET session_replication_role = replica');
  expect(await problems()).toEqual([fenced('aurora')]);
  await on(aurora, 'GRANT rds_superuser TO dms_apply');
  expect(await problems()).toEqual([]);
});
