import { expiryProblems } from '../../constructs/storage/audit-retention';
import { fraudRulesProblems, MAX_RULES_LENGTH } from '../fraud-rules';
import { parsePath, type Path } from '../problem';
import { items, problem, type Rule } from './rule';

const FRAUD_RULES: Path = ['fraudDetection', 'rules'];

const validFraudRules: Rule = ({ environment: { fraudDetection } }) => {
  if (fraudDetection?.rules === undefined) return [];
  const { rules } = fraudDetection;
  const found = fraudRulesProblems(rules).map(({ field, must, got }) =>
    problem([...FRAUD_RULES, ...parsePath(field)], must, got, 'see docs/fraud-rules.md'),
  );
  const text = JSON.stringify(rules);
  if (/[$%]\{/.test(text)) {
    found.push(
      problem(FRAUD_RULES, 'must not hold ${ or %{, which Terraform takes for code', rules, 'write it without'),
    );
  }
  if (Buffer.byteLength(text) > MAX_RULES_LENGTH) {
    const must = `must have at most ${MAX_RULES_LENGTH} bytes as JSON: an SSM parameter holds no more`;
    found.push(problem(FRAUD_RULES, must, Buffer.byteLength(text), 'shorten its lists'));
  }
  return found;
};

const recordsOutliveTheirLock: Rule = ({ environment: { audit } }) =>
  expiryProblems(audit ?? {}).map(({ field, must, got, fix }) => problem(['audit', field], must, got, fix));

const sweepsEnd: Rule = ({ environment: { reconciliation } }) => {
  const { everyMinutes, timeoutSeconds } = reconciliation ?? {};
  if (everyMinutes === undefined || timeoutSeconds === undefined || timeoutSeconds <= everyMinutes * 60) return [];
  return [
    problem(
      ['reconciliation', 'timeoutSeconds'],
      `must be at most ${everyMinutes * 60}: a sweep must end before the next (everyMinutes is ${everyMinutes})`,
      timeoutSeconds,
      'lower it or raise everyMinutes',
    ),
  ];
};

const JWKS_CIDRS: Path = ['paymentApi', 'authorization', 'jwksCidrs'];

const keysAreReached: Rule = ({ environment: { paymentApi } }) => {
  const cidrs = paymentApi?.authorization?.jwksCidrs;
  if (cidrs?.length === 0) {
    const must = 'must have at least one network: without the keys no token can be checked';
    return [problem(JWKS_CIDRS, must, [], 'write where jwksUri answers')];
  }
  return items(cidrs)
    .filter(([, cidr]) => cidr.endsWith('/0'))
    .map(([index, cidr]) =>
      problem(
        [...JWKS_CIDRS, index],
        'must be from /1 to /32: a function that reaches everything can send everything away',
        cidr,
        'write where jwksUri answers',
      ),
    );
};

/** The AWS services that functions in the private subnets call over interface endpoints. */
const CALLED = ['secretsmanager', 'ssm', 'sns', 'sqs'] as const;

const servicesAreReached: Rule = ({ environment: { network } }) => {
  const endpoints = network?.interfaceEndpoints;
  // A name that is wrong may be meant for one that is missing.
  if (endpoints === undefined || endpoints.includes(undefined)) return [];
  const missing = CALLED.filter((service) => !endpoints.includes(service));
  if (missing.length === 0) return [];
  return [
    problem(
      ['network', 'interfaceEndpoints'],
      `must contain ${missing.map((service) => `"${service}"`).join(', ')}: functions and DMS in the private subnets call them there`,
      endpoints,
      'add what is missing',
    ),
  ];
};

/** The rules of what a payment goes through. */
export const paymentPathRules: readonly Rule[] = [
  validFraudRules,
  recordsOutliveTheirLock,
  sweepsEnd,
  keysAreReached,
  servicesAreReached,
];
