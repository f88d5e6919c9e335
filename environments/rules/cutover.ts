import { items, problem, type Rule } from './rule';

const replicationAndTraffic: Rule = ({ environment: { cutover, replication, traffic } }) =>
  cutover === undefined
    ? []
    : [
        ...(replication === undefined
          ? [
              problem(
                ['replication'],
                'must be given where cutover is: it brings the data over, and back',
                undefined,
                'add it or remove cutover',
              ),
            ]
          : []),
        ...(traffic === undefined
          ? [
              problem(
                ['traffic'],
                'must be given where cutover is: it is what the steps move',
                undefined,
                'add it or remove cutover',
              ),
            ]
          : []),
      ];

const growingSteps: Rule = ({ environment: { cutover } }) => {
  const steps = cutover?.trafficSteps;
  // A step that is wrong stands for another one: nothing is known of the order.
  if (steps === undefined || steps.includes(undefined)) return [];
  const found = items(steps).flatMap(([index, step]) => {
    const before = steps[index - 1];
    return before === undefined || step > before
      ? []
      : [
          problem(
            ['cutover', 'trafficSteps', index],
            `must be more than the step before (${before})`,
            step,
            'sort them',
          ),
        ];
  });
  if (found.length > 0 || steps.at(-1) === 100) return found;
  const must = 'must end with 100: the right to write moves when AWS has all of the traffic';
  return [problem(['cutover', 'trafficSteps'], must, steps, 'add 100')];
};

const secondPersonInProduction: Rule = ({ environment: { cutover }, account }) =>
  account?.production === true && cutover?.requireSecondPerson === false
    ? [
        problem(
          ['cutover', 'requireSecondPerson'],
          'must be true where production runs: nobody moves the right to write alone',
          false,
          'remove it',
        ),
      ]
    : [];

/** The rules of moving traffic and the right to write. */
export const cutoverRules: readonly Rule[] = [replicationAndTraffic, growingSteps, secondPersonInProduction];
