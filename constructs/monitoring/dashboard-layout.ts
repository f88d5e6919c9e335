/**
 * The limits of a CloudWatch dashboard, in columns, rows and widgets.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export const DASHBOARD_LIMITS = { columns: 24, widgetHeight: 1000, widgets: 500 } as const;

export interface WidgetSize {
  /** In columns: 1 to 24. */
  readonly width: number;
  /** In rows: 1 to 1000. */
  readonly height: number;
}

export interface WidgetPlace {
  readonly x: number;
  readonly y: number;
}

/** A widget in the dashboard's own terms, without a place. */
export interface DashboardWidget extends WidgetSize {
  readonly type: 'alarm' | 'metric' | 'text';
  /** As the widget's type wants them. */
  readonly properties: Readonly<Record<string, unknown>>;
}

interface Row {
  /** Where the row starts. */
  readonly y: number;
  /** The first column that is free in it. */
  readonly x: number;
  /** The height of its highest widget so far. */
  readonly height: number;
}

/**
 * Gives each widget a place: from left to right in the order given, in a new row below the highest widget of the one
 * before as soon as one does not fit. A widget of the full width stands alone, so it can head a section.
 * @throws Error when a widget is larger than the dashboard allows, or when there are too many
 */
export function layOut<W extends WidgetSize>(widgets: readonly W[]): (W & WidgetPlace)[] {
  requireSizes(widgets);
  let row: Row = { x: 0, y: 0, height: 0 };
  return widgets.map((widget) => {
    if (row.x + widget.width > DASHBOARD_LIMITS.columns) row = { x: 0, y: row.y + row.height, height: 0 };
    const place = { x: row.x, y: row.y };
    row = { ...row, x: row.x + widget.width, height: Math.max(row.height, widget.height) };
    return { ...widget, ...place };
  });
}

/** The body of a dashboard with these widgets, laid out, as JSON. */
export const dashboardBody = (widgets: readonly DashboardWidget[]): string =>
  JSON.stringify({
    widgets: layOut(widgets).map(({ type, x, y, width, height, properties }) => ({
      type,
      x,
      y,
      width,
      height,
      properties,
    })),
  });

function requireSizes(widgets: readonly WidgetSize[]): void {
  const { columns, widgetHeight, widgets: most } = DASHBOARD_LIMITS;
  const isWhole = (value: number, limit: number): boolean => Number.isInteger(value) && value >= 1 && value <= limit;
  const problems = widgets.flatMap(({ width, height }, index) => [
    ...(isWhole(width, columns)
      ? []
      : [`widgets[${index}].width must be a whole number from 1 to ${columns} (columns), got ${width}`]),
    ...(isWhole(height, widgetHeight)
      ? []
      : [`widgets[${index}].height must be a whole number from 1 to ${widgetHeight} (rows), got ${height}`]),
  ]);
  if (widgets.length > most)
    problems.push(`widgets must be at most ${most}, got ${widgets.length}; make two dashboards`);
  if (problems.length > 0) throw new Error(problems.join('\n'));
}
