import { createHash, generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

/** A certificate and its private key, made for a test and forgotten with it. */
export interface TestCertificate {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** What a server's certificate is made of. */
export interface ServerCertificateOptions {
  readonly authority: TestCertificate;
  /** The names it is for. @default localhost */
  readonly hostNames?: readonly string[];
  /** Up to when it is valid. @default a day from now */
  readonly validUntil?: Date;
}

const DAY_MS = 86_400_000;

/** A certificate authority of its own. */
export function createAuthority(commonName = 'Test database CA'): TestCertificate {
  const { certificate, key, keyPem } = draft(commonName, new Date(Date.now() + DAY_MS));
  certificate.setIssuer(certificate.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  certificate.sign(key, forge.md.sha256.create());
  return { certificatePem: forge.pki.certificateToPem(certificate), keyPem };
}

/** A server's certificate, signed by an authority. */
export function createServerCertificate({
  authority,
  hostNames = ['localhost'],
  validUntil = new Date(Date.now() + DAY_MS),
}: ServerCertificateOptions): TestCertificate {
  const { certificate, keyPem } = draft(hostNames[0] ?? 'localhost', validUntil);
  const issuer = forge.pki.certificateFromPem(authority.certificatePem);
  certificate.setIssuer(issuer.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: hostNames.map((value) => ({ type: 2, value })) },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(authority.keyPem), forge.md.sha256.create());
  return { certificatePem: forge.pki.certificateToPem(certificate), keyPem };
}

function draft(commonName: string, validUntil: Date) {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  // A positive number that no other certificate has.
  certificate.serialNumber = `01${createHash('sha256').update(pair.publicKey).digest('hex').slice(0, 30)}`;
  certificate.validity.notBefore = new Date(Math.min(Date.now(), validUntil.getTime()) - DAY_MS);
  certificate.validity.notAfter = validUntil;
  certificate.setSubject([{ name: 'commonName', value: commonName }]);
  return { certificate, key: forge.pki.privateKeyFromPem(pair.privateKey), keyPem: pair.privateKey };
}
