/** Events as AWS sends them, for tests of functions behind HTTP. */

const fromLoadBalancer = {
  requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/tg/1' } },
  httpMethod: 'GET',
  path: '/health',
  body: '',
  isBase64Encoded: false,
};

/** An event of a load balancer whose target group has multi-value headers enabled, as this project's has. */
export const albEvent = (overrides: Readonly<Record<string, unknown>> = {}) => ({
  ...fromLoadBalancer,
  multiValueQueryStringParameters: {},
  multiValueHeaders: { 'user-agent': ['ELB-HealthChecker/2.0'] },
  ...overrides,
});

/** An event of a load balancer whose target group has not. */
export const albSingleValueEvent = (overrides: Readonly<Record<string, unknown>> = {}) => ({
  ...fromLoadBalancer,
  queryStringParameters: {},
  headers: { 'user-agent': 'ELB-HealthChecker/2.0' },
  ...overrides,
});

/** An event of an HTTP API with payload format 2.0. */
export const httpApiEvent = (method = 'GET', path = '/health', overrides: Readonly<Record<string, unknown>> = {}) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: '',
  headers: { 'user-agent': 'curl/8' },
  requestContext: {
    accountId: '111111111111',
    stage: '$default',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'curl/8' },
  },
  isBase64Encoded: false,
  ...overrides,
});
