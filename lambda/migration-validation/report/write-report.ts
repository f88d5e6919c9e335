import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { report as reportSchema, type Report } from './model';

/** The names of the two files in a report's folder. */
export const REPORT_FILES = { json: 'report.json', html: 'report.html' } as const;

/** Rows of payments may be in it: for its owner and group alone. */
const MODE = 0o640;

/**
 * Writes report.json, and report.html beside it, into a folder that is made if need be. Each appears whole or not at all.
 * @param html the page. @default none is written
 * @returns the paths
 */
export async function writeReport(report: Report, folder: string, html?: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const texts = [
    [REPORT_FILES.json, `${JSON.stringify(report, undefined, 2)}\n`],
    ...(html === undefined ? [] : [[REPORT_FILES.html, html] as const]),
  ] as const;
  const paths: string[] = [];
  for (const [name, text] of texts) {
    const path = join(folder, name);
    await writeWhole(path, text);
    paths.push(path);
  }
  return paths;
}

/**
 * Tries whether a report can be written into a folder, which is made if need be: before hours are spent on it.
 * @throws Error that names the folder
 */
export async function requireWritable(folder: string): Promise<void> {
  const probe = join(folder, `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await (await open(probe, 'wx', MODE)).close();
    await rm(probe);
  } catch (cause) {
    throw new Error(
      `the report's folder must be one that can be written to, got ${folder}: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
}

/** Writes a file that is never seen half written. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', MODE);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** @throws Error when the file is not there, or is no report */
export async function readReport(path: string): Promise<Report> {
  const text = await readFile(path, 'utf8');
  const parsed = reportSchema.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(
    `${path} must be a report.json of format version 1, got another file${issue === undefined ? '' : `, wrong at ${issue.path.join('.')}`}`,
  );
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} must be JSON, got other text`, { cause });
  }
}
