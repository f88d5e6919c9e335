/** What an AWS command carries; each handler reads the fields it knows. */
export type Input = Readonly<Record<string, unknown>>;
/** Commands by name without `Command`. */
export type Handlers = Readonly<Record<string, (input: Input) => unknown>>;

/** An error as the SDK throws it: the code is its name. */
export function awsError(name: string, httpStatusCode: number, message = ''): Error {
  const error = new Error(message);
  error.name = name;
  return Object.assign(error, { $metadata: { httpStatusCode } });
}
