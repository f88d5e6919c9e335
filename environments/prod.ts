import type { EnvironmentInput } from './environment';
import { identityProviderCidrs } from './identity-provider';
import { databaseCaPem, knownCallers, ledger, onPremisesCidrs } from './on-premises';

/** Production: every safety at its default, which is on. */
export const prod = {
  name: 'prod',
  account: 'prod',
  region: 'us-east-1',
  costCenter: 'CC-4711',
  migrationPhase: 'preparation',
  state: { type: 's3' },
  network: {
    cidr: '10.0.0.0/16',
    availabilityZones: {
      'us-east-1a': { publicCidr: '10.0.0.0/24', privateCidr: '10.0.10.0/24', databaseCidr: '10.0.20.0/24' },
      'us-east-1b': { publicCidr: '10.0.1.0/24', privateCidr: '10.0.11.0/24', databaseCidr: '10.0.21.0/24' },
      'us-east-1c': { publicCidr: '10.0.2.0/24', privateCidr: '10.0.12.0/24', databaseCidr: '10.0.22.0/24' },
    },
  },
  onPremises: {
    cidrs: onPremisesCidrs,
    link: { kind: 'vpn', customerGatewayAddress: '198.51.100.2', customerGatewayAsn: 65010, routing: 'bgp' },
    database: {
      host: 'db.payments.corp.example.com',
      address: '192.168.10.20',
      port: 5432,
      databaseName: 'payments',
      engineVersion: 14,
      caCertificatePem: databaseCaPem,
    },
  },
  database: {
    capacity: {
      mode: 'provisioned',
      writerInstanceClass: 'db.r6g.xlarge',
      readerInstanceClass: 'db.r6g.large',
      readerCount: 2,
    },
    backupRetentionDays: 35,
  },
  replication: { instanceClass: 'dms.r5.xlarge', allocatedStorageGib: 500, multiAz: true, ...ledger },
  dns: { zoneId: 'Z0423871PRODPAYMENTS', zoneName: 'payments.example.com', apiHostName: 'api.payments.example.com' },
  ingress: { webAcl: { rateLimit: 1000, rateLimitWindowSeconds: 60, rateLimitExemptCidrs: knownCallers } },
  paymentApi: {
    authorization: {
      issuer: 'https://id.example.com/realms/payments',
      audience: 'payment-api',
      jwksUri: 'https://id.example.com/realms/payments/keys',
      jwksCidrs: identityProviderCidrs,
    },
    memorySizeMib: 3008,
    timeoutSeconds: 30,
    reservedConcurrency: 100,
    provisionedConcurrency: { blue: { min: 2, max: 10 }, green: { min: 2, max: 10 } },
  },
  audit: { mode: 'compliance', retentionDays: 365, glacierAfterDays: 90 },
  traffic: { ttlSeconds: 60, onPremises: { kind: 'addresses', addresses: ['198.51.100.10', '198.51.100.11'] } },
  cutover: {},
  monitoring: {
    subscriptions: {
      critical: [
        { protocol: 'https', endpoint: 'https://events.pagerduty.com/integration/payments-critical/enqueue' },
        { protocol: 'email', endpoint: 'payments-oncall@example.com' },
      ],
      warning: [{ protocol: 'email', endpoint: 'payments-platform@example.com' }],
      info: [{ protocol: 'email', endpoint: 'payments-platform@example.com' }],
    },
  },
} satisfies EnvironmentInput;
