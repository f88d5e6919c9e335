import type { PolicyStatement } from '../policy';

/**
 * Refuses requests without TLS, or with an old version of it. A deny without exceptions is what AWS Config's
 * `s3-bucket-ssl-requests-only` looks for; log delivery uses TLS, and where a service sends no `s3:TlsVersion` the second
 * statement does not match, so neither locks it out.
 */
export const tlsOnly = (bucketArn: string): PolicyStatement[] => {
  const everything = {
    effect: 'Deny',
    actions: ['s3:*'],
    resources: [bucketArn, `${bucketArn}/*`],
    principals: { '*': ['*'] },
  } as const;
  return [
    { ...everything, sid: 'DenyWithoutTls', conditions: { Bool: { 'aws:SecureTransport': 'false' } } },
    { ...everything, sid: 'DenyOldTls', conditions: { NumericLessThan: { 's3:TlsVersion': '1.2' } } },
  ];
};
