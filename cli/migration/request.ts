/** What people are asked about: an execution, or one of its pauses. */
export interface Request {
  /** As statements name it. */
  readonly text: string;
  /** The name of the execution. */
  readonly execution: string;
  /** Since when the pause lasts, in milliseconds since 1970. @default it is about the execution as a whole */
  readonly pausedSince?: number;
}

/** Names of executions, and what the step that waits appends for a pause. */
const REQUEST = /^([A-Za-z0-9_.-]{1,80}?)(?:\.continue-(\d{1,15}))?$/;

/** @returns nothing when it is the text of no request */
export function parseRequest(text: string): Request | undefined {
  const [, execution, since] = REQUEST.exec(text) ?? [];
  if (execution === undefined) return undefined;
  return { text, execution, ...(since === undefined ? {} : { pausedSince: Number(since) }) };
}
