import { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import { isHostName } from '../validation/host-name';
import { requireNone } from '../validation/problem';

export interface HostedZoneProps {
  /** The zone's name, for instance `payments.example.com`, without dot at the end. */
  readonly zoneName: string;
}

/**
 * A public hosted zone, for account stacks. A new zone answers nobody until its parent delegates to its name servers (a
 * step of its own): certificates that are validated in it wait until then.
 * @throws Error when the name is not a host name
 */
export class HostedZone extends Construct {
  readonly zoneId: string;
  /** The four name servers, a list token: what the parent zone's NS record must hold. */
  readonly nameServers: string[];

  constructor(scope: Construct, id: string, props: HostedZoneProps) {
    super(scope, id);
    const { zoneName } = props;
    requireNone(
      isHostName(zoneName)
        ? []
        : [
            {
              field: 'zoneName',
              must: 'must be a fully qualified host name in lower case',
              got: zoneName,
              fix: 'write it as payments.example.com',
            },
          ],
    );
    const { teardown, protection } = Deployment.of(this);
    const zone = new Route53Zone(this, 'Zone', {
      name: zoneName,
      comment: `Payment API, below ${zoneName}`,
      // Records that Terraform does not know of would stop the zone's destruction.
      forceDestroy: teardown,
      lifecycle: protection,
    });
    this.zoneId = zone.zoneId;
    this.nameServers = zone.nameServers;
  }
}
