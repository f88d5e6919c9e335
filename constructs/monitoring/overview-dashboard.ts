import { Construct } from 'constructs';
import { Deployment } from '../naming';
import type { AlarmCatalogue, CatalogueAlarm } from './alarm-catalogue';
import { ALARM_SOURCES, type AlarmRow, type AlarmSource } from './alarm-row';
import { businessWidgets } from './business-widgets';
import { Dashboard } from './dashboard';
import type { DashboardWidget } from './dashboard-layout';
import type { MigrationGates } from './migration-gates';
import { alarmGraphWidget, alarmStateWidgets, headingWidget } from './dashboard-widgets';

export interface OverviewDashboardProps {
  /** The alarms of the environment: what they watch is what the dashboard shows, with their thresholds as lines. */
  readonly alarms: AlarmCatalogue;
  /**
   * What the alarms decide together.
   * @default there is no migration to decide of
   */
  readonly gates?: MigrationGates;
}

const HEADINGS: Readonly<Record<AlarmSource, string>> = {
  payments: 'Payments',
  migration: 'The way back',
  'load-balancer': 'Load balancer',
  'target-group': 'Versions of the API',
  function: 'Functions',
  'reserved-function': 'Use of reserved concurrency',
  'stream-consumer': 'Consumers of the stream',
  'rotation-function': 'Rotation of secrets',
  comparison: 'Comparison of the databases',
  'migration-machine': 'Cutover and rollback',
  'migration-attempt': 'Other state machines of the migration',
  'failed-queue': 'Queues of what failed',
  table: 'Tables',
  'table-index': 'Indexes of tables',
  'database-cluster': 'Database',
  'database-instance': 'Database instances',
  'provisioned-database-instance': 'Memory and local storage of database instances',
  'serverless-database-instance': 'Capacity of serverless database instances',
  'replication-instance': 'Replication instance',
  'replication-task': 'Replication tasks',
  'nat-gateway': 'NAT gateways',
  vpn: 'Link to the on-premises network',
};

/**
 * The dashboard `<project>-overview-<suffix>`: the states of all alarms, how the payments go, then a graph of every metric
 * that alarms watch.
 */
export class OverviewDashboard extends Construct {
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, props: OverviewDashboardProps) {
    super(scope, id);
    const { project, region } = Deployment.of(this);
    this.dashboardName = new Dashboard(this, 'Overview', {
      component: `${project}-overview`,
      widgets: [...gateWidgets(props.gates), ...overviewWidgets(props.alarms.alarms, region)],
    }).dashboardName;
  }
}

/** Before everything else: whether the migration may go on, and whether it should go back. */
const gateWidgets = (gates: MigrationGates | undefined): DashboardWidget[] =>
  gates === undefined
    ? []
    : alarmStateWidgets('The migration', [gates.safeToAdvance.alarmArn, gates.rollBack.alarmArn]);

/** What the overview shows: in the order of the sources, each with its heading. */
function overviewWidgets(alarms: readonly CatalogueAlarm[], region: string): DashboardWidget[] {
  return [
    ...alarmStateWidgets(
      'Alarms',
      alarms.map(({ alarmArn }) => alarmArn),
    ),
    ...(Object.keys(ALARM_SOURCES) as AlarmSource[]).flatMap((source) => {
      const ofSource = alarms.filter(({ row }) => row.source === source);
      if (ofSource.length === 0) return [];
      const business = source === 'payments' ? paymentWidgets(ofSource, region) : [];
      return [headingWidget(HEADINGS[source]), ...business, ...graphsOf(ofSource, region)];
    }),
  ];
}

/** The business metrics of the environments whose payments are watched. */
const paymentWidgets = (alarms: readonly CatalogueAlarm[], region: string): DashboardWidget[] =>
  [...new Set(alarms.map(({ resource }) => resource))].flatMap(({ dimensions }) =>
    'Environment' in dimensions ? businessWidgets(dimensions.Environment, region) : [],
  );

/** One graph of each metric that the alarms of a source watch. */
function graphsOf(alarms: readonly CatalogueAlarm[], region: string): DashboardWidget[] {
  // A row has an alarm for each resource.
  const rows = [...new Set(alarms.map(({ row }) => row))];
  return byMetric(rows).map((sameMetric) =>
    alarmGraphWidget(
      sameMetric,
      alarms.filter(({ row }) => row === sameMetric[0]).map(({ resource }) => resource),
      region,
    ),
  );
}

type Rows = [AlarmRow, ...AlarmRow[]];

/** Rows on the same metric together: they share a graph. */
function byMetric(rows: readonly AlarmRow[]): Rows[] {
  const groups = new Map<string, Rows>();
  for (const row of rows) {
    const key = JSON.stringify(row.metric);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}
