import { Route53HealthCheck } from '@cdktf/provider-aws/lib/route53-health-check';
import type { Construct } from 'constructs';
import { Deployment } from '../naming';
import type { OnPremisesEndpoint } from './rules';

// Three failures at ten seconds: a dead side is out of DNS after half a minute plus the TTL, well inside the five minutes
// that a rollback of traffic may take.
const FAST_FAILOVER = { requestInterval: 10, failureThreshold: 3 } as const;

interface Endpoint {
  readonly component: string;
  /** The host in the request and in TLS's server name. */
  readonly hostName: string;
  readonly path: string;
  /** @default what the host name resolves to */
  readonly address?: string;
  /** Whether a replacement exists before the old one goes. Not where the check depends on a resource: it would have to, too. */
  readonly createBeforeDestroy: boolean;
}

/**
 * An HTTPS check with the server name in the handshake. Route 53 does not verify certificates, so a name that the
 * certificate does not carry (the load balancer's own) still passes; but the endpoint must accept TLS 1.2.
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
 */
function httpsCheck(scope: Construct, id: string, endpoint: Endpoint): Route53HealthCheck {
  return new Route53HealthCheck(scope, id, {
    type: 'HTTPS',
    fqdn: endpoint.hostName,
    ipAddress: endpoint.address,
    port: 443,
    resourcePath: endpoint.path,
    enableSni: true,
    ...FAST_FAILOVER,
    tags: { Name: Deployment.of(scope).name(endpoint.component) },
    ...(endpoint.createBeforeDestroy ? { lifecycle: { createBeforeDestroy: true } } : {}),
  });
}

/** Checks the load balancer by its own name: the weighted name would sometimes lead to the other side. */
export function awsHealthCheck(scope: Construct, dnsName: string, path: string): Route53HealthCheck {
  return httpsCheck(scope, 'AwsHealthCheck', {
    component: 'payment-api-aws-health',
    hostName: dnsName,
    path,
    createBeforeDestroy: false,
  });
}

/**
 * Checks the on-premises side: its host name, or every address with the record's name as host. With several addresses a
 * calculated check is healthy as long as one of them is: clients try the next address by themselves.
 * @returns the id for the record
 */
export function onPremisesHealthCheckId(
  scope: Construct,
  onPremises: OnPremisesEndpoint,
  recordName: string,
  path: string,
): string {
  const component = 'payment-api-on-prem-health';
  if ('hostName' in onPremises) {
    const { hostName } = onPremises;
    return httpsCheck(scope, 'OnPremisesHealthCheck', { component, hostName, path, createBeforeDestroy: true }).id;
  }
  const checks = onPremises.addresses.map((address) => {
    // Logical ids lose their dots, and 1.11.x would become 11.1.x: hyphens stay.
    const id = `OnPremisesHealthCheck-${address.replaceAll('.', '-')}`;
    const own = { component: `${component}-${address}`, address };
    return httpsCheck(scope, id, { ...own, hostName: recordName, path, createBeforeDestroy: true });
  });
  const [only, ...others] = checks;
  if (only !== undefined && others.length === 0) return only.id;
  return new Route53HealthCheck(scope, 'OnPremisesHealthCheck', {
    type: 'CALCULATED',
    childHealthchecks: checks.map((check) => check.id),
    childHealthThreshold: 1,
    tags: { Name: Deployment.of(scope).name(component) },
    lifecycle: { createBeforeDestroy: true },
  }).id;
}
