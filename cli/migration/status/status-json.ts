import type { Reading, Status } from './read-status';

/** The status for tools, in one line: times in milliseconds since 1970, what is not there null, what could not be read in `problems`. */
export function statusJson({ environment, at, ...parts }: Status): string {
  const readings = Object.entries(parts) as readonly (readonly [string, Reading<unknown>])[];
  const values = readings.flatMap(([name, reading]) => ('value' in reading ? [[name, reading.value ?? null]] : []));
  const problems = readings.flatMap(([name, reading]) => ('problem' in reading ? [[name, reading.problem]] : []));
  return JSON.stringify({
    environment,
    at,
    ...(Object.fromEntries(values) as object),
    problems: Object.fromEntries(problems) as object,
  });
}
