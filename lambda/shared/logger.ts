/** What a log line says beside its message: identifiers and numbers, never bodies, secrets or what a client sent. */
export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** How much a log line matters. */
export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/** Writes log lines. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** What a logger needs from outside. */
export interface LoggerDependencies {
  /** Takes one line without its line end. */
  readonly write: (line: string) => void;
  readonly now: () => Date;
  /** Fields of every line. */
  readonly fields: LogFields;
}

/**
 * A logger that writes one JSON object a line. Lambda filters by `level` and takes the time from `timestamp`, so lines go to
 * standard output as they are: through `console` Lambda would wrap them in JSON once more.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export function createLogger({ write, now, fields: common }: LoggerDependencies): Logger {
  const log = (level: LogLevel) => (message: string, fields?: LogFields) => {
    write(JSON.stringify({ ...common, ...fields, level, timestamp: now().toISOString(), message }));
  };
  return { info: log('INFO'), warn: log('WARN'), error: log('ERROR') };
}
