import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './project-root';
import { sourceDigest } from './source-digest';

/** The deployment package of a function. */
export interface FunctionBundle {
  /** The zip file, somewhere on this machine. */
  readonly zipPath: string;
  /** The SHA-256 of the zip, in hexadecimal. */
  readonly sha256: string;
}

const ZIP = 'function.zip';
const DIGEST = 'function.zip.sha256';

/**
 * Makes the deployment packages of the functions in lambda/. Bundling takes a quarter of a second, so a package is kept in
 * `.cache/functions` until its sources change; the folder may be deleted at any time, several processes may use it at once,
 * and where it cannot be written a temporary folder serves.
 *
 * The package has the same bytes wherever and whenever it is made from the same commit.
 */
export class FunctionBundler {
  private readonly bundles = new Map<string, FunctionBundle>();
  private digest: string | undefined;

  /** @param root the folder with lambda/, default: this project */
  constructor(private readonly root: string = projectRoot()) {}

  /**
   * The package of one function. Sources are read once: what changes later in the life of the process is not seen.
   * @param functionName the function's folder in lambda/, which holds its `index.ts`
   * @throws Error when the folder has no `index.ts`, or its code does not compile
   */
  bundle(functionName: string): FunctionBundle {
    const known = this.bundles.get(functionName);
    if (known !== undefined) return known;
    const entry = `lambda/${functionName}/index.ts`;
    if (!existsSync(join(this.root, entry))) {
      throw new Error(
        `component must name a folder of lambda/ with an index.ts, got "${functionName}"; create ${entry}`,
      );
    }
    const bundle = this.fromCache(functionName) ?? this.make(functionName);
    this.bundles.set(functionName, bundle);
    return bundle;
  }

  private fromCache(functionName: string): FunctionBundle | undefined {
    return read(this.cached(functionName));
  }

  private make(functionName: string): FunctionBundle {
    const cache = join(this.root, '.cache', 'functions');
    const made = makeFolder(cache);
    this.run(functionName, made.folder);
    writeFileSync(join(made.folder, DIGEST), sha256(readFileSync(join(made.folder, ZIP))));
    const folder = made.temporary ? made.folder : publish(made.folder, this.cached(functionName));
    const bundle = read(folder);
    if (bundle !== undefined) return bundle;
    throw new Error(`${folder} must hold the package just made, got another one; delete the folder`);
  }

  private run(functionName: string, folder: string): void {
    // A process of its own, because constructs are synchronous and the libraries are not.
    const script = join(projectRoot(), 'scripts', 'bundle-function.mjs');
    const { status, stderr, error } = spawnSync(process.execPath, [script, functionName, folder, this.root], {
      encoding: 'utf8',
    });
    if (status === 0) return;
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`lambda/${functionName} must compile, got:\n${error?.message ?? stderr}`, { cause: error });
  }

  private cached(functionName: string): string {
    this.digest ??= sourceDigest(this.root);
    return join(this.root, '.cache', 'functions', `${functionName}-${this.digest.slice(0, 32)}`);
  }
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** The package in a folder, if it is whole. */
function read(folder: string): FunctionBundle | undefined {
  const zipPath = join(folder, ZIP);
  if (!existsSync(zipPath) || !existsSync(join(folder, DIGEST))) return undefined;
  const expected = readFileSync(join(folder, DIGEST), 'utf8');
  return sha256(readFileSync(zipPath)) === expected ? { zipPath, sha256: expected } : undefined;
}

/** A new folder to work in: beside its destination, so that it can be renamed, or a temporary one for this process. */
function makeFolder(cache: string): { folder: string; temporary: boolean } {
  try {
    mkdirSync(cache, { recursive: true });
    return { folder: mkdtempSync(join(cache, 'making-')), temporary: false };
  } catch {
    // A checkout that cannot be written is no reason to fail: synthesis needs the package only until it ends.
    const folder = mkdtempSync(join(tmpdir(), 'payment-functions-'));
    process.once('exit', () => {
      rmSync(folder, { recursive: true, force: true });
    });
    return { folder, temporary: true };
  }
}

/** Moves a finished folder to its place in one step, so that nobody sees half of it. The same place means the same bytes. */
function publish(made: string, destination: string): string {
  for (let attempt = 1; ; attempt++) {
    try {
      renameSync(made, destination);
      return destination;
    } catch (error) {
      // Another process was faster, which is as good, or what lies there is damaged.
      if (read(destination) !== undefined) {
        rmSync(made, { recursive: true, force: true });
        return destination;
      }
      if (attempt === 3) throw error;
      rmSync(destination, { recursive: true, force: true });
    }
  }
}
