import { Token } from 'cdktf';

/** Environment variables by name. Values may be tokens. */
export type FunctionEnvironment = Readonly<Record<string, string>>;

/**
 * Variables that Lambda sets itself and refuses from others.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
const RESERVED = [
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
] as const;

/** All names and values together. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_BYTES = 4096;

/**
 * The environment of a function with more variables, in the order of their names.
 * @throws Error when Lambda would refuse a name or the size, or when a variable is set to a second value
 */
export function mergeEnvironment(present: FunctionEnvironment, added: FunctionEnvironment): FunctionEnvironment {
  for (const [name, value] of Object.entries(added)) {
    requireName(name);
    if (present[name] !== undefined && present[name] !== value) {
      throw new Error(`environment.${name} must be set once, got a second value; remove one of the two`);
    }
  }
  const merged = Object.entries({ ...present, ...added }).sort(([a], [b]) => (a < b ? -1 : 1));
  // What a token stands for is known only to Terraform, so tokens count for nothing here.
  const bytes = merged.reduce(
    (sum, [name, value]) => sum + name.length + (Token.isUnresolved(value) ? 0 : Buffer.byteLength(value)),
    0,
  );
  if (bytes > MAX_BYTES) {
    throw new Error(
      `environment must have at most ${MAX_BYTES} bytes of names and values, got ${bytes}; keep what is long in a parameter`,
    );
  }
  return Object.fromEntries(merged);
}

function requireName(name: string): void {
  if (!/^[A-Za-z][A-Za-z0-9_]+$/.test(name)) {
    throw new Error(
      `environment must have names of at least 2 letters, digits and _ that start with a letter, got "${name}"; rename it`,
    );
  }
  if (RESERVED.some((reserved) => reserved === name)) {
    throw new Error(`environment must not have variables that Lambda sets itself, got "${name}"; rename it`);
  }
}
