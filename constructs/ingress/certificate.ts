import { AcmCertificate } from '@cdktf/provider-aws/lib/acm-certificate';
import { AcmCertificateValidation } from '@cdktf/provider-aws/lib/acm-certificate-validation';
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import { isHostName } from '../validation/host-name';
import { type Problem, requireNone } from '../validation/problem';

export interface CertificateProps {
  /** The name that clients connect to, for instance `api.payments.example.com`; `*.` in front makes it a wildcard. */
  readonly domainName: string;
  /**
   * Further names, in the same zone.
   * @default none
   */
  readonly subjectAlternativeNames?: readonly string[];
  /** The public hosted zone that answers for all these names. It must be delegated, or validation never ends. */
  readonly zoneId: string;
}

/**
 * A public TLS certificate, validated and renewed by DNS records.
 * @throws Error when a name is not a host name
 * @see https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
export class Certificate extends Construct {
  /** The ARN, known once the certificate is issued. */
  readonly certificateArn: string;

  constructor(scope: Construct, id: string, props: CertificateProps) {
    super(scope, id);
    const { domainName, subjectAlternativeNames = [] } = props;
    requireNone(nameProblems(domainName, subjectAlternativeNames));
    const certificate = new AcmCertificate(this, 'Certificate', {
      domainName,
      ...(subjectAlternativeNames.length === 0 ? {} : { subjectAlternativeNames: [...subjectAlternativeNames] }),
      validationMethod: 'DNS',
      tags: { Name: Deployment.of(this).name('payment-api-certificate') },
      // A listener keeps the old one until it has the new one.
      lifecycle: { createBeforeDestroy: true },
    });
    const records = validatedNames([domainName, ...subjectAlternativeNames]).map(
      (name) =>
        new Route53Record(this, `Validation-${idOf(name)}`, {
          zoneId: props.zoneId,
          name: validationOption(certificate, name, 'resource_record_name'),
          type: validationOption(certificate, name, 'resource_record_type'),
          records: [validationOption(certificate, name, 'resource_record_value')],
          ttl: 60,
        }),
    );
    // Not createBeforeDestroy: the records would inherit it, and a record cannot exist twice.
    this.certificateArn = new AcmCertificateValidation(this, 'Issued', {
      certificateArn: certificate.arn,
      validationRecordFqdns: records.map((record) => record.fqdn),
      // An undelegated zone shows after half an hour instead of 75 minutes.
      timeouts: { create: '30m' },
    }).certificateArn;
  }
}

const withoutWildcard = (name: string): string => name.replace(/^\*\./, '');

/** One name a validation record: a wildcard shares its record with the name it stands before. */
const validatedNames = (names: readonly string[]): string[] => [...new Set(names.map(withoutWildcard))];

// No host name holds an underscore, and dots vanish from logical ids.
const idOf = (name: string): string => name.replaceAll('.', '_');

/**
 * One field of the validation record of a name. The options are a set that is unknown until apply, so the record cannot be
 * made by `for_each` over it: which records there are follows from the names, only their content from the set.
 */
const validationOption = (certificate: AcmCertificate, name: string, field: string): string =>
  `\${distinct([for option in ${certificate.fqn}.domain_validation_options : option.${field} if trimprefix(option.domain_name, "*.") == "${name}"])[0]}`;

const nameProblems = (domainName: string, alternatives: readonly string[]): Problem[] =>
  [['domainName', domainName], ...alternatives.map((name, index) => [`subjectAlternativeNames[${index}]`, name])]
    .filter(([, name]) => name === undefined || !isHostName(withoutWildcard(name)))
    .map(([field = '', name]) => ({
      field,
      must: 'must be a fully qualified host name in lower case, or one with *. in front',
      got: name,
      fix: 'write it as api.payments.example.com',
    }));
