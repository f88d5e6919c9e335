import { Route53Record, type Route53RecordConfig } from '@cdktf/provider-aws/lib/route53-record';
import { Construct } from 'constructs';
import { awsHealthCheck, onPremisesHealthCheckId } from './health-checks';
import type { Grantee } from '../policy';
import { requireNone } from '../validation/problem';
import { MAX_RECORD_TTL_SECONDS, type OnPremisesEndpoint, weightedRecordProblems } from './rules';
import type { TrafficClearance } from './traffic-clearance';
import type { WeightVariable } from './weight-variable';

/** The set identifier of the record that leads to AWS. */
export const AWS_SET_IDENTIFIER = 'aws';
/** The set identifier of the record that leads to the on-premises network. */
export const ON_PREMISES_SET_IDENTIFIER = 'on-prem';

export interface WeightedRecordsProps {
  /** The public hosted zone's id. */
  readonly zoneId: string;
  /** The zone's name, without dot at the end: it tells where the apex is. */
  readonly zoneName: string;
  /** The API's name in that zone, for instance `api.payments.example.com`. */
  readonly recordName: string;
  /** What the AWS side leads to: the load balancer, as its DNS name and the id of the zone that this name lies in. */
  readonly awsTarget: { readonly dnsName: string; readonly zoneId: string };
  /** The variable `aws_traffic_weight`. */
  readonly awsWeight: WeightVariable;
  /** Where the API answers on-premises. A host name makes both sides CNAME records, which cannot stand at the apex. */
  readonly onPremises: OnPremisesEndpoint;
  /**
   * How long resolvers may keep an answer: 1 to 60 seconds. The alias to the load balancer has AWS's own 60.
   * @default 60
   */
  readonly ttlSeconds?: number;
  /**
   * What the health checks of both sides request over HTTPS; 2xx and 3xx are healthy.
   * @default '/health'
   */
  readonly healthCheckPath?: string;
  /**
   * Which weights a plan may set: others fail it.
   * @default any
   */
  readonly clearance?: TrafficClearance;
}

/**
 * One name, two weighted records: `aws` and `on-prem`, each with its own HTTPS health check. The weights come from the
 * variable `aws_traffic_weight` and its complement. A weight of 0 is no fence: Route 53 answers with a record of weight 0
 * when every other one is unhealthy, and with all of them alike when all weights are 0.
 * @throws Error that lists every setting which breaks a rule
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-weighted.html
 */
export class WeightedRecords extends Construct {
  /** The record that leads to AWS; conditions on its weight are added to its lifecycle. */
  readonly awsRecord: Route53Record;
  /** The record that leads to the on-premises network. */
  readonly onPremisesRecord: Route53Record;
  readonly awsHealthCheckId: string;
  readonly onPremisesHealthCheckId: string;
  /** The name under which clients reach the API on either side. */
  readonly recordName: string;
  /** Of both records. */
  readonly recordType: 'A' | 'CNAME';
  /** How long resolvers may keep the answer that leads to AWS, in seconds. */
  readonly awsTtlSeconds: number;
  private readonly zoneId: string;

  constructor(scope: Construct, id: string, props: WeightedRecordsProps) {
    super(scope, id);
    const { recordName, onPremises, awsTarget, awsWeight } = props;
    const ttlSeconds = props.ttlSeconds ?? MAX_RECORD_TTL_SECONDS;
    const healthCheckPath = props.healthCheckPath ?? '/health';
    requireNone(
      weightedRecordProblems({ zoneName: props.zoneName, recordName, onPremises, ttlSeconds, healthCheckPath }),
    );
    this.recordName = recordName;
    this.recordType = 'hostName' in onPremises ? 'CNAME' : 'A';
    // An alias has the TTL of what it leads to.
    this.awsTtlSeconds = 'hostName' in onPremises ? ttlSeconds : MAX_RECORD_TTL_SECONDS;
    this.zoneId = props.zoneId;
    this.awsHealthCheckId = awsHealthCheck(this, awsTarget.dnsName, healthCheckPath).id;
    this.onPremisesHealthCheckId = onPremisesHealthCheckId(this, onPremises, recordName, healthCheckPath);
    const shared = {
      zoneId: props.zoneId,
      name: recordName,
      // On both: a plan that targets one of them is held by it, too.
      ...(props.clearance && { lifecycle: { precondition: props.clearance.preconditions(awsWeight) } }),
    };
    this.awsRecord = new Route53Record(this, 'Aws', {
      ...shared,
      ...('hostName' in onPremises
        ? { type: 'CNAME', ttl: ttlSeconds, records: [awsTarget.dnsName] }
        : { type: 'A', alias: aliasTo(awsTarget) }),
      setIdentifier: AWS_SET_IDENTIFIER,
      weightedRoutingPolicy: { weight: awsWeight.weight },
      healthCheckId: this.awsHealthCheckId,
    });
    this.onPremisesRecord = new Route53Record(this, 'OnPremises', {
      ...shared,
      ...('hostName' in onPremises
        ? { type: 'CNAME', records: [onPremises.hostName] }
        : { type: 'A', records: [...onPremises.addresses] }),
      ttl: ttlSeconds,
      setIdentifier: ON_PREMISES_SET_IDENTIFIER,
      weightedRoutingPolicy: { weight: awsWeight.complement },
      healthCheckId: this.onPremisesHealthCheckId,
    });
  }

  /** Where a function finds the records: the variables of its environment. */
  get functionEnvironment(): Readonly<Record<'HOSTED_ZONE_ID' | 'RECORD_NAME' | 'RECORD_TYPE', string>> {
    return { HOSTED_ZONE_ID: this.zoneId, RECORD_NAME: this.recordName, RECORD_TYPE: this.recordType };
  }

  /** Lets a role or people read the weights: Route 53 lists the records of a whole zone only. */
  grantRead(grantee: Grantee): void {
    grantee.addStatements({
      sid: 'ReadWeights',
      actions: ['route53:ListResourceRecordSets'],
      resources: [this.zoneArn],
    });
  }

  /**
   * Lets a role read the weights and change these records, not create or delete any. Route 53 knows no condition on the set
   * identifier, and none on which part of a record changes.
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-rrset-conditions.html
   */
  grantShift(grantee: Grantee): void {
    this.grantRead(grantee);
    grantee.addStatements(
      {
        sid: 'ShiftWeights',
        actions: ['route53:ChangeResourceRecordSets'],
        resources: [this.zoneArn],
        conditions: {
          'ForAllValues:StringEquals': {
            'route53:ChangeResourceRecordSetsNormalizedRecordNames': [this.recordName],
            'route53:ChangeResourceRecordSetsRecordTypes': [this.recordType],
            'route53:ChangeResourceRecordSetsActions': ['UPSERT'],
          },
        },
      },
      // A change has an id that nobody knows before.
      { sid: 'FollowChanges', actions: ['route53:GetChange'], resources: ['arn:aws:route53:::change/*'] },
    );
  }

  private get zoneArn(): string {
    return `arn:aws:route53:::hostedzone/${this.zoneId}`;
  }
}

// The alias would count every target group of the load balancer: an idle, broken green one would send all traffic away.
const aliasTo = ({ dnsName, zoneId }: WeightedRecordsProps['awsTarget']): Route53RecordConfig['alias'] => ({
  name: dnsName,
  zoneId,
  evaluateTargetHealth: false,
});
