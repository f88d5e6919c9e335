import handlebars from 'handlebars';
import type { Report } from '../../../lambda/migration-validation/report/model';
import { TEMPLATE, VALUE } from './template';
import { viewOf } from './view';

/** A report as a page: one file without scripts, which asks nothing of anybody. What comes from the databases is escaped. */
export function renderHtml(report: Report): string {
  // An instance of its own: nothing that others register can get in.
  const engine = handlebars.create();
  engine.registerPartial('value', VALUE);
  const render = engine.compile(TEMPLATE, { strict: false, noEscape: false });
  return render(viewOf(report));
}
