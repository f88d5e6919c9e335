import { webAclProblems } from '../../constructs/ingress/web-acl-settings';
import { parsePath } from '../problem';
import { problem, type Rule } from './rule';

const exemptions: Rule = ({ environment: { ingress } }) =>
  // The schema has the rules of the numbers; a wrong network keeps its position as an empty text.
  webAclProblems({
    rateLimit: 1000,
    rateLimitWindowSeconds: 60,
    rateLimitExemptCidrs: (ingress?.webAcl?.rateLimitExemptCidrs ?? []).map((cidr) => cidr ?? ''),
  }).map(({ field, must, got, fix }) => problem(['ingress', 'webAcl', ...parsePath(field)], must, got, fix));

const someCaller: Rule = ({ environment: { ingress } }) =>
  ingress?.allowedCidrs?.length === 0
    ? [
        problem(
          ['ingress', 'allowedCidrs'],
          'must have at least one network: nobody could connect',
          [],
          'add networks, or leave it out for the default',
        ),
      ]
    : [];

/** The rules of the load balancer and its firewall. */
export const ingressRules: readonly Rule[] = [exemptions, someCaller];
