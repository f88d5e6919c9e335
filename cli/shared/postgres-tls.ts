import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** How a connection is encrypted, and what of the server's certificate is checked, as libpq names it. */
export type SslMode = (typeof SSL_MODES)[number];

/** What `pg` takes as `ssl`; false: plain text. */
export type TlsSettings = ConnectionOptions | false;

export interface TlsInput {
  /** A parameter of the URL, or the variable that stands in for it. */
  readonly read: (name: string) => string | undefined;
  /** Where `.postgresql/` with certificates may be. */
  readonly home: string;
  /** Takes what is wrong. */
  readonly problems: string[];
}

/**
 * Reads the TLS mode and the certificates as libpq does: `prefer` is the default; a root certificate is verified against in
 * every mode that has one, by name only with `verify-full`; `sslrootcert=system` stands for the authorities that Node.js
 * trusts, and makes `verify-full` the default.
 * @see https://www.postgresql.org/docs/16/libpq-ssl.html
 */
export function readTls({ read, home, problems }: TlsInput): { readonly sslMode: SslMode; readonly tls: TlsSettings } {
  const root = read('sslrootcert');
  const text = read('sslmode') ?? (root === 'system' ? 'verify-full' : 'prefer');
  const sslMode = SSL_MODES.find((mode) => mode === text);
  if (sslMode === undefined) {
    problems.push(`sslmode must be one of ${SSL_MODES.join(', ')}, got ${text}`);
    return { sslMode: 'verify-full', tls: false };
  }
  // As with libpq a local socket is never encrypted.
  if (sslMode === 'disable' || read('host')?.startsWith('/') === true) return { sslMode: 'disable', tls: false };
  if (root === 'system' && sslMode !== 'verify-full') {
    problems.push(`sslmode must be verify-full with sslrootcert=system, got ${sslMode}; anybody can get a certificate`);
  }
  const file = (name: string, fallback: string): string | undefined =>
    readNamed(name, read(name), join(home, '.postgresql', fallback), problems);
  const ca = root === 'system' ? undefined : file('sslrootcert', 'root.crt');
  if (root === undefined && ca === undefined && sslMode.startsWith('verify-')) {
    problems.push(
      `sslrootcert must name a file with the server's authority (or system) with sslmode=${sslMode}, got none`,
    );
  }
  const cert = file('sslcert', 'postgresql.crt');
  const key = cert === undefined ? undefined : file('sslkey', 'postgresql.key');
  if (cert !== undefined && key === undefined) problems.push('sslkey must name a file when sslcert does, got none');
  if (read('sslkey') !== undefined && cert === undefined && read('sslcert') === undefined) {
    problems.push('sslcert must name a file when sslkey does, got none');
  }
  const passphrase = read('sslpassword');
  return {
    sslMode,
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(passphrase === undefined ? {} : { passphrase }),
      rejectUnauthorized: ca !== undefined || root === 'system' || sslMode.startsWith('verify-'),
      ...(sslMode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
    },
  };
}

function readNamed(name: string, path: string | undefined, fallback: string, problems: string[]): string | undefined {
  if (path === undefined && !existsSync(fallback)) return undefined;
  try {
    return readFileSync(path ?? fallback, 'utf8');
  } catch (error) {
    const reason = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'an error';
    problems.push(`${name} must name a file that can be read, got ${reason} for ${path ?? fallback}`);
    return undefined;
  }
}
