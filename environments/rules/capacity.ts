import { COLORS } from '../../constructs/compute/colors';
import { problem, type Rule } from './rule';

const productionFailsOver: Rule = ({ environment: { database, teardown }, account }) =>
  account?.production === true && teardown !== true && database?.capacity?.readerCount === 0
    ? [
        problem(
          ['database', 'capacity', 'readerCount'],
          'must be at least 1 where production runs: a writer without reader has nothing to fail over to',
          0,
          'add a reader',
        ),
      ]
    : [];

const provisionedRanges: Rule = ({ environment: { paymentApi } }) =>
  COLORS.flatMap((color) => {
    const range = paymentApi?.provisionedConcurrency?.[color];
    if (range?.min === undefined || range.max === undefined || range.min <= range.max) return [];
    const path = ['paymentApi', 'provisionedConcurrency', color, 'max'];
    return [problem(path, `must be at least its min (${range.min})`, range.max, 'raise it or lower min')];
  });

const reservedCoversProvisioned: Rule = ({ environment: { paymentApi } }) => {
  const reserved = paymentApi?.reservedConcurrency;
  if (reserved === undefined) return [];
  const maxima = COLORS.map((color) => paymentApi?.provisionedConcurrency?.[color]?.max ?? 0);
  const sum = maxima.reduce((total, max) => total + max, 0);
  if (reserved >= sum) return [];
  return [
    problem(
      ['paymentApi', 'reservedConcurrency'],
      `must be at least ${sum}, the sum of the provisioned maxima (blue ${maxima[0]}, green ${maxima[1]})`,
      reserved,
      'raise it or lower the maxima',
    ),
  ];
};

/** The rules of sizes and limits. */
export const capacityRules: readonly Rule[] = [productionFailsOver, provisionedRanges, reservedCoversProvisioned];
