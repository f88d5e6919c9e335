import { describe, expect, test } from '@jest/globals';
import { inject, tasksOf } from './support/faults';
import { MachineWorld } from './support/machine-world';
import { expectSound } from './support/standing';
import { casesOf, describeRun, outcomesOf, type Row } from './support/table';

const SWITCHED = 'well: aurora 3 [aurora at 3]; 100/0, 100 to 100; reverse; told info';
const SWITCHED_UNTOLD = 'well: aurora 3 [aurora at 3]; 100/0, 100 to 100; reverse; told ';
/** Nothing was changed. */
const NOT_BEGUN = 'failed: on-prem 1 [on-prem at 1]; 100/0, 0 to 100; forward; told ';
const REFUSED = `${NOT_BEGUN}info`;
const NOT_FROZEN = `${NOT_BEGUN}page`;
const UNDONE = 'failed: on-prem 3 [on-prem at 3]; 100/0, 0 to 100; forward; told page';
const UNDONE_UNTOLD = 'failed: on-prem 3 [on-prem at 3]; 100/0, 0 to 100; forward; told ';
const STAYS = 'failed: aurora 3 [aurora at 3]; 100/0, 100 to 100; reverse; told page';
const STAYS_UNTOLD = 'failed: aurora 3 [aurora at 3]; 100/0, 100 to 100; reverse; told ';
const FROZEN = 'failed: frozen from on-prem 2 []; 100/0, 0 to 100; forward; told page';

/** Step Functions calls again, or Lambda did: nothing is done twice. */
const usually = (outcome: string): Row['ends'] => ({ repeated: outcome, twice: outcome, 'at once': outcome });

const ROWS: readonly Row[] = [
  { states: ['Acquire lease'], ends: usually(SWITCHED), otherwise: NOT_BEGUN },
  {
    states: [
      'Locate authority',
      'Read weights',
      'Assess',
      'Predict',
      'Check gates',
      'Request approval',
      'Await approval',
      'Read weights again',
      'Assess again',
      'Predict again',
      'Check gates again',
    ],
    ends: usually(SWITCHED),
    otherwise: REFUSED,
  },
  {
    states: ['Freeze'],
    ends: { ...usually(SWITCHED), dies: UNDONE, 'always dies': UNDONE, late: UNDONE },
    otherwise: NOT_FROZEN,
  },
  {
    states: [
      'Drain',
      'Verify',
      'Judge verification',
      'Move sequences',
      'Check constraints',
      'Stop forward',
      'Arm reverse',
      'Keep traffic on AWS',
    ],
    ends: usually(SWITCHED),
    otherwise: UNDONE,
  },
  {
    states: ['Open Aurora'],
    // The commit point: what was done there is not undone, although nobody heard of it.
    ends: { ...usually(SWITCHED), dies: STAYS, 'always dies': STAYS, late: STAYS },
    otherwise: UNDONE,
  },
  { states: ['Probe'], ends: usually(SWITCHED), otherwise: STAYS },
  { states: ['Release lease'], ends: {}, otherwise: SWITCHED },
  { states: ['Tell'], ends: { 'always fails': SWITCHED_UNTOLD }, otherwise: SWITCHED },
];

const AFTER_REFUSAL: readonly Row[] = [
  { states: ['Tell refusal'], ends: { 'always fails': NOT_BEGUN }, otherwise: REFUSED },
  { states: ['Release after refusal'], ends: {}, otherwise: REFUSED },
];

const UNDOING: readonly Row[] = [
  { states: ['Settle failure'], ends: { 'always fails': FROZEN, 'always dies': FROZEN }, otherwise: UNDONE },
  { states: ['Undo'], ends: { 'always fails': FROZEN }, otherwise: UNDONE },
  { states: ['Page undone'], ends: { 'always fails': UNDONE_UNTOLD }, otherwise: UNDONE },
  { states: ['Release after failure'], ends: {}, otherwise: UNDONE },
];

const STAYING: readonly Row[] = [
  { states: ['Complete opening'], ends: {}, otherwise: STAYS },
  { states: ['Page after the switch'], ends: { 'always fails': STAYS_UNTOLD }, otherwise: STAYS },
];

const FROZEN_PAGE = { 'always fails': FROZEN.replace('page', '') };

test.each(
  casesOf(
    { machine: 'cutover', start: 'advanced', rows: ROWS },
    { machine: 'cutover', start: 'advanced', kind: 'native', rows: ROWS.slice(2, 6) },
    { machine: 'cutover', start: 'advanced', after: [inject('Assess', 'fails')], rows: AFTER_REFUSAL },
    { machine: 'cutover', start: 'advanced', after: [inject('Drain', 'fails')], rows: UNDOING },
    { machine: 'cutover', start: 'advanced', after: [inject('Probe', 'fails')], rows: STAYING },
    {
      machine: 'cutover',
      start: 'advanced',
      after: [inject('Drain', 'fails'), inject('Undo', 'always fails')],
      rows: [{ states: ['Page frozen'], ends: FROZEN_PAGE, otherwise: FROZEN }],
    },
    {
      machine: 'cutover',
      start: 'advanced',
      after: [inject('Drain', 'fails'), inject('Settle failure', 'always fails')],
      rows: [{ states: ['Page unsettled'], ends: FROZEN_PAGE, otherwise: FROZEN }],
    },
    {
      machine: 'cutover',
      start: 'advanced',
      after: [inject('Probe', 'fails'), inject('Complete opening', 'always fails')],
      rows: [{ states: ['Page half open'], ends: { 'always fails': STAYS_UNTOLD }, otherwise: STAYS }],
    },
  ),
)(
  'a fault in %s',
  async (_, each) => {
    expect(await outcomesOf(each)).toEqual(each.expected);
  },
  60_000,
);

describe('a cutover', () => {
  test('is tried with a fault in each of its states that call a function', () => {
    const tried = [...ROWS, ...AFTER_REFUSAL, ...UNDOING, ...STAYING].flatMap(({ states }) => states);
    expect([...tried, 'Page frozen', 'Page unsettled', 'Page half open'].sort()).toEqual(tasksOf('cutover').sort());
  });

  test.each(['native', 'dms'] as const)('ends well with %s replication, and keeps every payment', async (kind) => {
    const machines = MachineWorld.advanced(kind);
    const run = await machines.run('cutover');
    expect(run.visited.slice(-1)).toEqual(['Switched']);
    expect(describeRun(machines, run)).toBe(SWITCHED);
    expectSound(machines);
    const { 'on-prem': home, aurora } = machines.world.databases;
    expect([...aurora.payments].sort()).toEqual([...home.payments].sort());
    expect(aurora.payments.has(`probe-cutover-1/3`)).toBe(true);
    expect(aurora.sequence).toBeGreaterThan(home.sequence);
    expect(machines.world.item.lease).toBeUndefined();
  });
});
