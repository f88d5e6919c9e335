import { describe, expect, test } from '@jest/globals';
import { TerraformOutput } from 'cdktf';
import { Certificate, type CertificateProps } from '../../../constructs/ingress/certificate';
import { attributesOf } from '../../support/attributes';
import { synthesize, type Template } from '../../support/template';

const build = (props: Partial<CertificateProps> = {}): Template =>
  synthesize((stack) => {
    const certificate = new Certificate(stack, 'Certificate', {
      domainName: 'api.payments.example.com',
      zoneId: 'Z0123456789',
      ...props,
    });
    new TerraformOutput(stack, 'arn', { value: certificate.certificateArn });
  });

const only = (template: Template, type: string): string => Object.keys(template.resources(type))[0] ?? '';

describe('a certificate', () => {
  test('is validated by DNS, and replaced before the old one goes', () => {
    const certificate = attributesOf(build().resource('aws_acm_certificate'));
    expect(certificate).toEqual({
      domain_name: 'api.payments.example.com',
      validation_method: 'DNS',
      tags: { Name: 'payment-api-certificate-test' },
      lifecycle: { create_before_destroy: true },
    });
  });

  test('has one validation record for a name, known when planning, with content that AWS says later', () => {
    const template = build();
    const record = attributesOf(template.resource('aws_route53_record'));
    const option = (field: string): string =>
      `\${distinct([for option in aws_acm_certificate.${only(template, 'aws_acm_certificate')}.domain_validation_options : option.${field} if trimprefix(option.domain_name, "*.") == "api.payments.example.com"])[0]}`;
    expect(record).toEqual({
      zone_id: 'Z0123456789',
      name: option('resource_record_name'),
      type: option('resource_record_type'),
      records: [option('resource_record_value')],
      ttl: 60,
    });
  });

  test('is handed out only when it is issued', () => {
    const template = build();
    const issued = attributesOf(template.resource('aws_acm_certificate_validation'));
    expect(issued).toEqual({
      certificate_arn: `\${aws_acm_certificate.${only(template, 'aws_acm_certificate')}.arn}`,
      validation_record_fqdns: [`\${aws_route53_record.${only(template, 'aws_route53_record')}.fqdn}`],
      timeouts: { create: '30m' },
    });
    expect(template.block('output').arn).toEqual({
      value: `\${aws_acm_certificate_validation.${only(template, 'aws_acm_certificate_validation')}.certificate_arn}`,
    });
  });

  test('shares the validation record of a wildcard and the name below it', () => {
    const subjectAlternativeNames = ['payments.example.com', '*.payments.example.com'];
    const template = build({ subjectAlternativeNames });
    expect(template.resource('aws_acm_certificate')).toMatchObject({
      subject_alternative_names: subjectAlternativeNames,
    });
    expect(Object.keys(template.resources('aws_route53_record'))).toEqual([
      expect.stringMatching(/^Certificate_Validation-api_payments_example_com_/),
      expect.stringMatching(/^Certificate_Validation-payments_example_com_/),
    ]);
    expect(template.resource('aws_acm_certificate_validation').validation_record_fqdns).toHaveLength(2);
  });

  test('keeps names apart that differ in dots and hyphens only', () => {
    const template = build({ domainName: 'a-b.example.com', subjectAlternativeNames: ['a.b.example.com'] });
    expect(template.list('aws_route53_record')).toHaveLength(2);
  });

  test('is refused with names that are none, all at once', () => {
    expect(() => build({ domainName: 'API.example.com', subjectAlternativeNames: ['ok.example.com', '*'] })).toThrow(
      new Error(
        'domainName must be a fully qualified host name in lower case, or one with *. in front, got "API.example.com"; write it as api.payments.example.com\n' +
          'subjectAlternativeNames[1] must be a fully qualified host name in lower case, or one with *. in front, got "*"; write it as api.payments.example.com',
      ),
    );
  });
});
