import { jest } from '@jest/globals';

/** What was written to standard output since the last call, by line, while a test runs that called `captureOutput`. */
export interface CapturedOutput {
  /** The lines as they are. */
  readonly lines: () => readonly string[];
  /** The lines as JSON objects. */
  readonly documents: () => readonly Readonly<Record<string, unknown>>[];
  /** Ends the capture. */
  readonly release: () => void;
}

/** Keeps what this process writes to standard output, where functions write their log and their metrics. */
export function captureOutput(): CapturedOutput {
  let text = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  const lines = () => {
    const taken = text.split('\n').slice(0, -1);
    text = '';
    return taken;
  };
  return {
    lines,
    documents: () => lines().map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>),
    release: () => {
      spy.mockRestore();
    },
  };
}
