/** The error's code as AWS names it, for instance `NoSuchBucketPolicy`; empty for what is not an error. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : '');

/** The HTTP status of an AWS error: requests without a body (HEAD) are answered with nothing else. */
export function errorStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** The error as one line. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === '' || error.message === error.name ? error.name : `${error.name}: ${error.message}`;
}

/** Reads what may be absent: undefined where AWS answers with one of these errors, which mean that it is not there. */
export async function absentAs<T>(absent: readonly string[], read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (absent.includes(errorName(error))) return undefined;
    throw error;
  }
}
