import { LogFormatter, LogItem, Logger as PowertoolsLogger } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';

/** What a log line says beside its message: identifiers and numbers, never bodies, secrets or what a client sent. */
export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Writes log lines. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** A function's logger, which knows the invocation that it writes for. */
export interface FunctionLogger extends Logger {
  /** From now on lines are of the invocation of this id. */
  startInvocation(requestId: string): void;
}

/** What every line of a function says. */
export interface LoggerOptions {
  /** The function's folder in lambda/, for instance `payment-validation`. */
  readonly service: string;
  /** The environment's suffix, for instance `prod`. */
  readonly environment: string;
  /** What was released: a digest of the code. */
  readonly release: string;
}

/**
 * A logger that writes one JSON object a line to standard output, where Lambda takes lines as they are: through `console` it
 * would wrap them in JSON once more. Lambda filters by `level` and takes the time from `timestamp`. The least level that is
 * written is the function's (AWS_LAMBDA_LOG_LEVEL), INFO where there is none. The trace's id is Lambda's of the moment.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export function createLogger({ service, environment, release }: LoggerOptions): FunctionLogger {
  const powertools = new LineLogger({
    serviceName: service,
    environment,
    logFormatter: new FieldsFormatter(release),
  });
  // Fields go in one piece, so that none of them is dropped, with a warning, for its name: the formatter decides.
  return {
    info: (message, fields) => {
      powertools.info(message, { fields });
    },
    warn: (message, fields) => {
      powertools.warn(message, { fields });
    },
    error: (message, fields) => {
      powertools.error(message, { fields });
    },
    startInvocation: (requestId) => {
      powertools.appendKeys({ requestId });
    },
  };
}

/** Powertools' logger sends warnings and errors to standard error; here all lines keep their order in one stream. */
class LineLogger extends PowertoolsLogger {
  protected override printLog(_level: number, item: LogItem): void {
    process.stdout.write(`${JSON.stringify(item.getAttributes())}\n`);
  }
}

/** Puts a line together. Fields come last and cannot replace what the line says of itself. */
class FieldsFormatter extends LogFormatter {
  constructor(private readonly release: string) {
    super();
  }

  override formatAttributes(line: UnformattedAttributes, { fields, requestId }: LogAttributes): LogItem {
    const standard = {
      level: line.logLevel,
      timestamp: line.timestamp.toISOString(),
      message: line.message,
      service: line.serviceName,
      environment: line.environment,
      release: this.release,
      function_request_id: requestId,
      xray_trace_id: line.xRayTraceId,
    };
    return new LogItem({ attributes: { ...standard, ...(fields as LogFields | undefined), ...standard } });
  }
}
