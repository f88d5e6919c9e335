import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { StateStore } from '../rows/run';

/** Keys of rows, perhaps values: for its owner alone. */
const MODE = 0o600;

/**
 * A run's state in one file of JSON lines: the header first, then what was appended. Each write is on the disk when it
 * returns. One process at a time: who finds that another one has written ends with an error.
 */
export class FileStateStore implements StateStore {
  private end: Promise<unknown> = Promise.resolve();
  /** Bytes that this process knows of: all are whole lines. */
  private known: number | undefined;

  constructor(private readonly path: string) {}

  async load(): Promise<unknown> {
    for await (const line of this.lines()) return line;
    return undefined;
  }

  /** The lines of an earlier header go with it: they were its own. */
  save(header: unknown): Promise<void> {
    return this.inTurn(async () => {
      const temporary = join(dirname(this.path), `.${basename(this.path)}.${randomBytes(6).toString('hex')}`);
      try {
        const file = await open(temporary, 'wx', MODE);
        try {
          await file.writeFile(`${JSON.stringify(header)}\n`);
          await file.sync();
          this.known = (await file.stat()).size;
        } finally {
          await file.close();
        }
        await rename(temporary, this.path);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      await syncFolder(dirname(this.path));
    });
  }

  append(entry: unknown): Promise<void> {
    return this.inTurn(async () => {
      const file = await open(this.path, 'r+', MODE);
      try {
        const { size } = await file.stat();
        // More than that was cut short, by a kill or a full disk, or comes from somebody else.
        const whole = size === this.known ? size : await endOfLastLine(file, size);
        if (this.known !== undefined && whole !== this.known) throw new Error(`${this.path} ${OTHER_WRITER}`);
        const line = Buffer.from(`${JSON.stringify(entry)}\n`);
        if (whole < size) await file.truncate(whole);
        await writeAt(file, line, whole);
        await file.datasync();
        this.known = whole + line.length;
      } finally {
        await file.close();
      }
    });
  }

  async *entries(): AsyncGenerator {
    let first = true;
    for await (const line of this.lines()) {
      if (!first) yield line;
      first = false;
    }
  }

  clear(): Promise<void> {
    return this.inTurn(async () => {
      await rm(this.path, { force: true });
      this.known = undefined;
    });
  }

  /** Whole lines in their order. @throws Error when a line is no JSON: the file is damaged, or none of these */
  private async *lines(): AsyncGenerator {
    const file = await openIfThere(this.path);
    if (file === undefined) return;
    try {
      const { size } = await file.stat();
      const whole = await endOfLastLine(file, size);
      this.known = whole;
      if (whole === 0) return;
      const input = file.createReadStream({ end: whole - 1, autoClose: false, encoding: 'utf8' });
      let number = 0;
      for await (const line of createInterface({ input, crlfDelay: Infinity })) {
        number += 1;
        yield parse(line, `${this.path}, line ${number}`);
      }
    } finally {
      await file.close();
    }
  }

  /** One after the other: two workers may be done with their chunks at once. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.end.then(work);
    this.end = turn.catch(() => undefined);
    return turn;
  }
}

function parse(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new Error(
      `the state must be a file that a comparison wrote, got other text at ${where}; remove the file to begin anew`,
      {
        cause,
      },
    );
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === 'ENOENT') return undefined;
    throw error;
  }
}

const OTHER_WRITER =
  'must be written by one comparison at a time, and another one has written to it; give each its own';

async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** @returns how many bytes there are up to and with the last line feed */
async function endOfLastLine(file: FileHandle, size: number): Promise<number> {
  const buffer = Buffer.alloc(64 * 1024);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - buffer.length);
    const { bytesRead } = await file.read(buffer, 0, end - start, start);
    const at = buffer.subarray(0, bytesRead).lastIndexOf('\n');
    if (at !== -1) return start + at + 1;
    end = start;
  }
  return 0;
}

/** A rename lasts only when its folder does. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
