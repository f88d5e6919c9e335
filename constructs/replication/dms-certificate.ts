import { createHash } from 'node:crypto';
import { DmsCertificate as AwsDmsCertificate } from '@cdktf/provider-aws/lib/dms-certificate';
import { Construct } from 'constructs';
import { Deployment } from '../naming';

export interface DmsCertificateProps {
  /** The certificate's name without digest and suffix, for instance `rds-ca`. */
  readonly component: string;
  /** One or more certificates of authorities, in PEM form. Public. */
  readonly certificatePem: string;
}

/**
 * The certificate of an authority, for endpoints that verify their server. DMS cannot change one, and refuses to delete one
 * in use: so the name holds a digest of the content, the new one is made first, and the endpoint moves over to it.
 */
export class DmsCertificate extends Construct {
  readonly certificateArn: string;

  /** @throws Error when the text holds no certificate */
  constructor(scope: Construct, id: string, props: DmsCertificateProps) {
    super(scope, id);
    const certificatePem = normalizedPem(props.certificatePem);
    const digest = createHash('sha256').update(certificatePem).digest('hex').slice(0, 8);
    this.certificateArn = new AwsDmsCertificate(this, 'Certificate', {
      certificateId: Deployment.of(this).name(`${props.component}-${digest}`, 'dms-resource'),
      certificatePem,
      lifecycle: { createBeforeDestroy: true },
    }).certificateArn;
  }
}

function normalizedPem(text: string): string {
  const pem = text.trim();
  if (pem.startsWith('-----BEGIN CERTIFICATE-----') && pem.endsWith('-----END CERTIFICATE-----')) return `${pem}\n`;
  throw new Error(
    `certificatePem must start with -----BEGIN CERTIFICATE----- and end with -----END CERTIFICATE-----, ` +
      `got ${JSON.stringify(pem.slice(0, 40))}; give the authority's certificate in PEM form`,
  );
}
