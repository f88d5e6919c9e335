import type { EnvironmentInput } from './environment';
import { identityProviderCidrs } from './identity-provider';
import { databaseCaPem, knownCallers, ledger, onPremisesCidrs } from './on-premises';

/** Staging: production's shape and safety at a smaller size; where a migration is rehearsed on AWS. */
export const staging = {
  name: 'staging',
  account: 'nonprod',
  region: 'us-east-1',
  costCenter: 'CC-4710',
  state: { type: 's3' },
  network: {
    cidr: '10.1.0.0/16',
    availabilityZones: {
      'us-east-1a': { publicCidr: '10.1.0.0/24', privateCidr: '10.1.10.0/24', databaseCidr: '10.1.20.0/24' },
      'us-east-1b': { publicCidr: '10.1.1.0/24', privateCidr: '10.1.11.0/24', databaseCidr: '10.1.21.0/24' },
      'us-east-1c': { publicCidr: '10.1.2.0/24', privateCidr: '10.1.12.0/24', databaseCidr: '10.1.22.0/24' },
    },
  },
  onPremises: {
    cidrs: onPremisesCidrs,
    link: { kind: 'vpn', customerGatewayAddress: '198.51.100.3', customerGatewayAsn: 65010, routing: 'bgp' },
    database: {
      host: 'db-staging.payments.corp.example.com',
      address: '192.168.20.20',
      port: 5432,
      databaseName: 'payments_staging',
      engineVersion: 14,
      caCertificatePem: databaseCaPem,
    },
  },
  database: {
    capacity: {
      mode: 'provisioned',
      writerInstanceClass: 'db.r6g.large',
      readerInstanceClass: 'db.r6g.large',
      readerCount: 1,
    },
    backupRetentionDays: 14,
  },
  replication: { instanceClass: 'dms.r5.large', allocatedStorageGib: 200, multiAz: true, ...ledger },
  dns: {
    zoneId: 'Z0423872STAGINGPAYMENTS',
    zoneName: 'staging.payments.example.com',
    apiHostName: 'api.staging.payments.example.com',
  },
  ingress: { webAcl: { rateLimitExemptCidrs: knownCallers } },
  paymentApi: {
    authorization: {
      issuer: 'https://id.staging.example.com/realms/payments',
      audience: 'payment-api',
      jwksUri: 'https://id.staging.example.com/realms/payments/keys',
      jwksCidrs: identityProviderCidrs,
    },
    memorySizeMib: 1769,
    timeoutSeconds: 30,
    reservedConcurrency: 20,
    provisionedConcurrency: { blue: { min: 1, max: 4 } },
  },
  audit: { mode: 'governance' },
  traffic: { ttlSeconds: 60, onPremises: { kind: 'addresses', addresses: ['198.51.100.20'] } },
  cutover: { bakeMinutes: 15, rollbackWindowHours: 24 },
  monitoring: {
    subscriptions: {
      critical: [{ protocol: 'email', endpoint: 'payments-platform@example.com' }],
      warning: [{ protocol: 'email', endpoint: 'payments-platform@example.com' }],
    },
  },
} satisfies EnvironmentInput;
