import fc from 'fast-check';
import type { ModelOptions } from './options';
import { migrationProperty, type PropertyOptions } from './property';

/** @returns what went wrong, and how that run is made again. @default nothing */
export async function explore(
  { runs, seed, path, replayPath }: ModelOptions,
  property: Omit<PropertyOptions, 'replayPath'> = {},
): Promise<string | undefined> {
  const explored = migrationProperty({ ...property, ...(replayPath === undefined ? {} : { replayPath }) });
  const details = await fc.check(explored, { numRuns: runs, seed, ...(path === undefined ? {} : { path }) });
  if (!details.failed) return undefined;
  const error = details.errorInstance instanceof Error ? details.errorInstance.message : '';
  const report = fc.defaultReportMessage(details) ?? 'it failed';
  const [, found = ''] = /replayPath="([^"]*)"/.exec(report) ?? [];
  const again = [`--seed=${details.seed}`, `--path=${details.counterexamplePath}`, `--replay-path=${found}`];
  return `${report}\n${error}\nagain: npm run model -- ${again.join(' ')}`;
}
