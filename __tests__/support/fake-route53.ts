import {
  type Change,
  ChangeResourceRecordSetsCommand,
  type ChangeResourceRecordSetsCommandInput,
  GetChangeCommand,
  type GetChangeCommandInput,
  InvalidChangeBatch,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  NoSuchChange,
  NoSuchHostedZone,
  type ResourceRecordSet,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { mockClient } from 'aws-sdk-client-mock';
import { awsError } from './fake-aws';

/** The parts of a name from the right, which is how Route 53 sorts. */
const sortKey = ({ Name = '', Type, SetIdentifier = '' }: ResourceRecordSet): string =>
  [Name.replace(/\.$/, '').split('.').reverse().join('\u0001'), Type ?? '', SetIdentifier].join('\u0000');

const withDot = (name: string): string => (name.endsWith('.') ? name : `${name}.`);

/** Route 53 in memory, one hosted zone: weighted sets, batches that happen as a whole, changes that spread slowly. */
export class FakeRoute53 {
  readonly client: Route53Client;
  readonly zoneId = 'Z0123456789';
  /** The commands that were answered, by their class. */
  readonly sent: string[] = [];
  /** How often GetChange says PENDING before it says INSYNC. */
  pendingPolls = 1;
  /** How many records are on a page. */
  pageSize = 300;
  /** Errors that are thrown instead of answers, first come first. */
  readonly faults: Error[] = [];
  /** Called after a batch was applied, once: somebody else acts. */
  meanwhile: (() => void) | undefined;
  private records: ResourceRecordSet[] = [];
  private readonly changes = new Map<string, number>();

  constructor() {
    this.client = new Route53Client({ region: 'us-east-1' });
    const mock = mockClient(this.client);
    mock
      .on(ListResourceRecordSetsCommand)
      .callsFake((input: ListResourceRecordSetsCommandInput) => this.answer('List', () => this.list(input)));
    mock
      .on(ChangeResourceRecordSetsCommand)
      .callsFake((input: ChangeResourceRecordSetsCommandInput) => this.answer('Change', () => this.change(input)));
    mock
      .on(GetChangeCommand)
      .callsFake((input: GetChangeCommandInput) => this.answer('GetChange', () => this.getChange(input)));
  }

  /** Puts records into the zone, past the API. */
  put(...records: readonly ResourceRecordSet[]): void {
    for (const record of records) this.upsert(record);
  }

  /** Adds a record although there is one of its name, type and set identifier. */
  putTwin(record: ResourceRecordSet): void {
    this.records.push({ ...record, Name: withDot(record.Name ?? '') });
  }

  remove(setIdentifier: string): void {
    this.records = this.records.filter(({ SetIdentifier }) => SetIdentifier !== setIdentifier);
  }

  record(setIdentifier: string, name: string, type: string): ResourceRecordSet | undefined {
    const key = sortKey({ Name: name, Type: type as ResourceRecordSet['Type'], SetIdentifier: setIdentifier });
    return this.records.find((record) => sortKey(record) === key);
  }

  get all(): readonly ResourceRecordSet[] {
    return structuredClone(this.records);
  }

  /** An error that passes: Route 53 is busy, or asked too often. */
  busy(name = 'PriorRequestNotComplete', times = 1): void {
    for (let count = 0; count < times; count += 1) this.faults.push(awsError(name, 400, 'Rate exceeded'));
  }

  private answer<Answer>(name: string, reply: () => Answer): Answer {
    this.sent.push(name);
    const fault = this.faults.shift();
    if (fault !== undefined) throw fault;
    return structuredClone(reply());
  }

  private list(input: ListResourceRecordSetsCommandInput): object {
    this.requireZone(input.HostedZoneId);
    const start = sortKey({
      Name: withDot(input.StartRecordName ?? ''),
      Type: input.StartRecordType,
      SetIdentifier: input.StartRecordIdentifier,
    });
    const sorted = [...this.records].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
    const from = sorted.findIndex((record) => sortKey(record) >= start);
    const rest = from < 0 ? [] : sorted.slice(from);
    const next = rest[this.pageSize];
    return {
      ResourceRecordSets: rest.slice(0, this.pageSize),
      IsTruncated: next !== undefined,
      ...(next !== undefined && {
        NextRecordName: next.Name,
        NextRecordType: next.Type,
        NextRecordIdentifier: next.SetIdentifier,
      }),
    };
  }

  private change(input: ChangeResourceRecordSetsCommandInput): object {
    this.requireZone(input.HostedZoneId);
    const changes = input.ChangeBatch?.Changes ?? [];
    const problems = changes.flatMap(problemsOf);
    // A batch that has one wrong change changes nothing.
    if (problems.length > 0)
      throw new InvalidChangeBatch({ message: problems.join(', '), messages: problems, $metadata: {} });
    for (const { ResourceRecordSet: record } of changes) if (record !== undefined) this.upsert(structuredClone(record));
    const id = `/change/C${this.changes.size + 1}`;
    this.changes.set(id, this.pendingPolls);
    const act = this.meanwhile;
    this.meanwhile = undefined;
    act?.();
    return { ChangeInfo: { Id: id, Status: 'PENDING', SubmittedAt: new Date(0) } };
  }

  private getChange({ Id = '' }: GetChangeCommandInput): object {
    const left = this.changes.get(Id);
    if (left === undefined) throw new NoSuchChange({ message: `no change ${Id}`, $metadata: {} });
    this.changes.set(Id, left - 1);
    return { ChangeInfo: { Id, Status: left > 0 ? 'PENDING' : 'INSYNC', SubmittedAt: new Date(0) } };
  }

  private upsert(record: ResourceRecordSet): void {
    const stored = { ...record, Name: withDot(record.Name ?? '') };
    this.records = [...this.records.filter((other) => sortKey(other) !== sortKey(stored)), stored];
  }

  private requireZone(zoneId: string | undefined): void {
    if (zoneId !== this.zoneId) throw new NoSuchHostedZone({ message: `no zone ${zoneId}`, $metadata: {} });
  }
}

/** What Route 53 refuses, as far as weighted records go. */
function problemsOf({ Action, ResourceRecordSet: record }: Change): string[] {
  const name = `${record?.Name} ${record?.SetIdentifier}`;
  const { Weight = -1, AliasTarget, TTL, ResourceRecords } = record ?? {};
  return [
    ...(Action === 'UPSERT' ? [] : [`the fake knows UPSERT only, got ${Action}`]),
    ...(Number.isInteger(Weight) && Weight >= 0 && Weight <= 255 ? [] : [`invalid weight of ${name}`]),
    ...(AliasTarget !== undefined && (TTL !== undefined || ResourceRecords !== undefined)
      ? [`${name} is an alias and has a TTL or records`]
      : []),
    ...(AliasTarget === undefined && (TTL === undefined || ResourceRecords === undefined)
      ? [`${name} has neither an alias nor records with a TTL`]
      : []),
  ];
}
