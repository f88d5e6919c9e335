import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import { dashboardBody, type DashboardWidget } from './dashboard-layout';

export interface DashboardProps {
  /** The dashboard's name without the suffix, for instance `payment-overview`. */
  readonly component: string;
  /** What it shows, in reading order: see `layOut`. */
  readonly widgets: readonly DashboardWidget[];
}

/** A CloudWatch dashboard. */
export class Dashboard extends Construct {
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    this.dashboardName = Deployment.of(this).name(props.component);
    new CloudwatchDashboard(this, 'Dashboard', {
      dashboardName: this.dashboardName,
      dashboardBody: dashboardBody(props.widgets),
    });
  }
}
