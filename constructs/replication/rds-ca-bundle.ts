import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../compute/project-root';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * The authorities that sign the certificates of Aurora in a region, in PEM form, one after the other and without the file's
 * header. All three (RSA2048, RSA4096, ECC384), so that a cluster's authority can change without a change here.
 * @throws Error when the project has no file for the region
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html
 */
export function rdsCaBundle(region: string): string {
  const file = join('data', 'rds-ca-bundle', `${region}.pem`);
  const path = join(projectRoot(), file);
  if (!existsSync(path)) {
    throw new Error(
      `region must have a bundle of RDS authorities in this project, got ${region}; ` +
        `add ${file} (scripts/update-rds-ca-bundle.mjs)`,
    );
  }
  return `${(readFileSync(path, 'utf8').match(CERTIFICATE) ?? []).join('\n')}\n`;
}
