/** How urgent an alert is: wake somebody, look today, or good to know. */
export const SEVERITIES = ['critical', 'warning', 'info'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** How an alert travels to its subscriber. */
export const SUBSCRIPTION_PROTOCOLS = ['email', 'sms', 'https'] as const;

export type SubscriptionProtocol = (typeof SUBSCRIPTION_PROTOCOLS)[number];

export interface AlertSubscription {
  readonly protocol: SubscriptionProtocol;
  /** An e-mail address, a telephone number as +15550100123, or an https:// address, as the protocol wants. */
  readonly endpoint: string;
}

/** What an endpoint must be, for one protocol. */
export interface EndpointRule {
  readonly must: string;
  readonly fix: string;
  readonly accepts: (endpoint: string) => boolean;
}

const isHttpsUrl = (endpoint: string): boolean => {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, username, password } = new URL(endpoint);
  // SNS sends user names and passwords in addresses as they are, and every log of the address holds them.
  return protocol === 'https:' && username === '' && password === '';
};

/**
 * The rules for endpoints, by protocol.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
 */
export const ENDPOINT_RULES: Readonly<Record<SubscriptionProtocol, EndpointRule>> = {
  email: {
    must: 'must be an e-mail address of at most 254 characters',
    fix: 'write it as name@example.com',
    accepts: (endpoint) => endpoint.length <= 254 && /^[^\s@<>",;]+@[^\s@.<>",;]+(\.[^\s@.<>",;]+)+$/.test(endpoint),
  },
  sms: {
    must: 'must be a telephone number in E.164 form: + and 8 to 15 digits, the first not 0',
    fix: 'write it as +15550100123',
    accepts: (endpoint) => /^\+[1-9]\d{7,14}$/.test(endpoint),
  },
  https: {
    must: 'must be an https:// address without user name and password',
    fix: 'write it as https://events.example.com/alerts',
    accepts: isHttpsUrl,
  },
};

/**
 * Every problem of some subscriptions, one a line; empty when there is none.
 * @param field the list as the caller wrote it, for instance `monitoring.subscriptions.critical`
 */
export function subscriptionProblems(field: string, subscriptions: readonly AlertSubscription[]): string[] {
  return subscriptions.flatMap(({ protocol, endpoint }, index) => {
    const rule = ENDPOINT_RULES[protocol];
    const first = subscriptions.findIndex((other) => other.protocol === protocol && other.endpoint === endpoint);
    return [
      ...(rule.accepts(endpoint) ? [] : [`${field}[${index}].endpoint ${rule.must}, got "${endpoint}"; ${rule.fix}`]),
      ...(first === index
        ? []
        : [`${field}[${index}] must be listed once, got ${protocol} "${endpoint}" again; remove one of them`]),
    ];
  });
}
