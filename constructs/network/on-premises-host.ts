import { isIPv4 } from 'node:net';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone';
import { Construct } from 'constructs';
import { isHostName } from '../validation/host-name';
import { requireNone } from '../validation/problem';

export interface OnPremisesHostProps {
  readonly vpcId: string;
  /** The host's name as its certificate has it, for instance `db.payments.corp.example.com`. */
  readonly hostName: string;
  /** Its IPv4 address in the on-premises network. */
  readonly address: string;
}

/** A host keeps its address for years; a minute is what a move to a standby may take longer. */
const TTL_SECONDS = 60;

/**
 * Makes one on-premises host known by name inside the VPC, in a private zone of just that name. TLS compares the name with
 * the certificate, and AWS's resolver knows nothing of the company's own DNS; every other name still resolves as before.
 * @throws Error when the name is no host name or the address no IPv4 address
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html
 */
export class OnPremisesHost extends Construct {
  constructor(scope: Construct, id: string, props: OnPremisesHostProps) {
    super(scope, id);
    const { vpcId, hostName, address } = props;
    requireNone([
      ...(isHostName(hostName)
        ? []
        : [
            {
              field: 'hostName',
              must: 'must be a fully qualified host name in lower case',
              got: hostName,
              fix: 'write it as db.example.com',
            },
          ]),
      ...(isIPv4(address)
        ? []
        : [{ field: 'address', must: 'must be an IPv4 address', got: address, fix: 'write it as 192.168.10.20' }]),
    ]);
    const zone = new Route53Zone(this, 'Zone', {
      name: hostName,
      comment: 'An on-premises host, for this VPC only',
      vpc: [{ vpcId }],
      // Nothing but the record below is ever in it.
      forceDestroy: true,
    });
    new Route53Record(this, 'Record', {
      zoneId: zone.zoneId,
      name: hostName,
      type: 'A',
      ttl: TTL_SECONDS,
      records: [address],
    });
  }
}
