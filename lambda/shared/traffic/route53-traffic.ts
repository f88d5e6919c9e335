import { isDeepStrictEqual } from 'node:util';
import {
  type ChangeInfo,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandOutput,
  type ResourceRecordSet,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import type { Clock } from '../runtime/clock';
import { ExplainedError } from '../runtime/error-fields';
import { TRAFFIC_SIDES, type Traffic, type Weights } from './traffic';
import { isNamed, type RecordName, type WeightedSet, weightedSet, weightsOf, withWeights } from './weighted-set';
import { requireWeights, sameWeights, weightsText } from './weights';

export interface Route53TrafficOptions extends RecordName {
  readonly zoneId: string;
  readonly clock: Clock;
  /**
   * How long name servers may take to have a change, in milliseconds.
   * @default 120000, twice what Route 53 usually takes at most
   */
  readonly inSyncLimitMs?: number;
}

/**
 * What Route 53 answers while it is busy with another change of the zone, or asked too often (5 requests a second for the
 * account). The SDK tries again, but gives up after a moment.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html#limits-api-requests
 */
const BUSY = ['PriorRequestNotComplete', 'Throttling', 'ThrottlingException'];
/** How long a call is tried again while Route 53 is busy, in milliseconds. */
export const BUSY_LIMIT_MS = 30_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
const POLL_MS = 2_000;
const IN_SYNC_LIMIT_MS = 120_000;

/**
 * The weighted records at Route 53. A change is the two records as Route 53 returned them with other weights, in one batch,
 * which happens as a whole or not at all.
 */
export class Route53Traffic implements Traffic {
  constructor(
    private readonly client: Route53Client,
    private readonly options: Route53TrafficOptions,
  ) {}

  async read(): Promise<Weights> {
    return weightsOf(await this.list());
  }

  /** @throws ExplainedError also when a change does not reach all name servers in time, or is not what is read back */
  async shift(weights: Weights): Promise<Weights> {
    requireWeights(weights);
    const before = await this.list();
    const previous = weightsOf(before);
    if (sameWeights(previous, weights)) return previous;
    const wanted = withWeights(before, weights);
    const change = await this.change(wanted);
    await this.awaitInSync(change, weights);
    const after = await this.list();
    if (isDeepStrictEqual(plain(after), plain(wanted))) return previous;
    const same = sameWeights(weightsOf(after), weights) ? ' in other records' : '';
    throw new ExplainedError(
      `the weights of ${this.options.recordName} must be ${weightsText(weights)} after the change ${change.Id}, got ${weightsText(weightsOf(after))}${same}; somebody else changed them meanwhile: see who in CloudTrail, then try again`,
    );
  }

  private async list(): Promise<WeightedSet> {
    const found: ResourceRecordSet[] = [];
    let page = await this.page();
    for (;;) {
      // The list begins with these records and goes on through the whole zone.
      found.push(...(page.ResourceRecordSets ?? []).filter((record) => isNamed(record, this.options)));
      const next = { Name: page.NextRecordName, Type: page.NextRecordType };
      if (page.IsTruncated !== true || !isNamed(next, this.options)) break;
      page = await this.page(page.NextRecordIdentifier);
    }
    return weightedSet(found, this.options);
  }

  /** A page of the zone's records from these on. @param identifier the first one's @default the first there is */
  private page(identifier?: string): Promise<ListResourceRecordSetsCommandOutput> {
    const { zoneId, recordName, recordType } = this.options;
    return this.whileBusy(() =>
      this.client.send(
        new ListResourceRecordSetsCommand({
          HostedZoneId: zoneId,
          StartRecordName: recordName,
          StartRecordType: recordType,
          StartRecordIdentifier: identifier,
        }),
      ),
    );
  }

  private async change(set: WeightedSet): Promise<ChangeInfo> {
    const { ChangeInfo: change } = await this.whileBusy(() =>
      this.client.send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: this.options.zoneId,
          ChangeBatch: {
            Comment: `weights ${weightsText(weightsOf(set))}`,
            Changes: TRAFFIC_SIDES.map((side) => ({ Action: 'UPSERT', ResourceRecordSet: set[side] })),
          },
        }),
      ),
    );
    if (change === undefined) throw new Error('Route 53 must answer a change with its id, got nothing');
    return change;
  }

  private async awaitInSync({ Id, Status }: ChangeInfo, weights: Weights): Promise<void> {
    const { clock, recordName, inSyncLimitMs = IN_SYNC_LIMIT_MS } = this.options;
    const deadline = clock.now() + inSyncLimitMs;
    let status = Status;
    while (status !== 'INSYNC') {
      if (clock.now() + POLL_MS > deadline) {
        throw new ExplainedError(
          `the change ${Id} of ${recordName} to ${weightsText(weights)} must reach all name servers within ${inSyncLimitMs / 1_000} s, got ${status}; it is made and goes on: try again, and see the AWS Health Dashboard if it lasts`,
        );
      }
      await clock.sleep(POLL_MS);
      const { ChangeInfo: change } = await this.whileBusy(() => this.client.send(new GetChangeCommand({ Id })));
      status = change?.Status;
    }
  }

  /** Calls again, after pauses that grow, while Route 53 is busy; then its error stands. */
  private async whileBusy<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    const { clock } = this.options;
    const deadline = clock.now() + BUSY_LIMIT_MS;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof Error && BUSY.includes(error.name)) || clock.now() + pause > deadline) throw error;
      }
      await clock.sleep(pause);
    }
  }
}

/** Without fields that are undefined, which is the same as absent. */
const plain = (set: WeightedSet): unknown => JSON.parse(JSON.stringify(set));
