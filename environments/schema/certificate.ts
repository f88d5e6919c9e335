import { X509Certificate } from 'node:crypto';

/** Whether a text is the PEM form of exactly one X.509 certificate that may sign others. */
export function isCertificatePem(value: string): boolean {
  if ((value.match(/-----BEGIN CERTIFICATE-----/g) ?? []).length !== 1) return false;
  try {
    return new X509Certificate(value).ca;
  } catch {
    return false;
  }
}
