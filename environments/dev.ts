import type { EnvironmentInput } from './environment';
import { identityProviderCidrs } from './identity-provider';
import { databaseCaPem, knownCallers, ledger, onPremisesCidrs } from './on-premises';

/** Development: the same shape at the smallest size, destroyable to the last resource. */
export const dev = {
  name: 'dev',
  account: 'nonprod',
  region: 'us-east-1',
  costCenter: 'CC-4710',
  teardown: true,
  state: { type: 's3' },
  logRetentionDays: 30,
  network: {
    cidr: '10.2.0.0/16',
    availabilityZones: {
      'us-east-1a': { publicCidr: '10.2.0.0/24', privateCidr: '10.2.10.0/24', databaseCidr: '10.2.20.0/24' },
      'us-east-1b': { publicCidr: '10.2.1.0/24', privateCidr: '10.2.11.0/24', databaseCidr: '10.2.21.0/24' },
      'us-east-1c': { publicCidr: '10.2.2.0/24', privateCidr: '10.2.12.0/24', databaseCidr: '10.2.22.0/24' },
    },
    natGateways: 'single',
  },
  onPremises: {
    cidrs: onPremisesCidrs,
    link: { kind: 'vpn', customerGatewayAddress: '198.51.100.4', customerGatewayAsn: 65010, routing: 'static' },
    database: {
      host: 'db-dev.payments.corp.example.com',
      address: '192.168.30.20',
      port: 5432,
      databaseName: 'payments_dev',
      engineVersion: 14,
      caCertificatePem: databaseCaPem,
    },
  },
  database: {
    capacity: { mode: 'serverless', minAcu: 0.5, maxAcu: 2, readerCount: 0 },
    backupRetentionDays: 7,
  },
  replication: { instanceClass: 'dms.t3.medium', allocatedStorageGib: 50, multiAz: false, ...ledger },
  dns: {
    zoneId: 'Z0423873DEVPAYMENTS',
    zoneName: 'dev.payments.example.com',
    apiHostName: 'api.dev.payments.example.com',
  },
  ingress: { webAcl: { rateLimitExemptCidrs: knownCallers } },
  paymentApi: {
    authorization: {
      issuer: 'https://id.dev.example.com/realms/payments',
      audience: 'payment-api',
      jwksUri: 'https://id.dev.example.com/realms/payments/keys',
      jwksCidrs: identityProviderCidrs,
    },
    memorySizeMib: 512,
    timeoutSeconds: 30,
  },
  audit: { mode: 'governance', retentionDays: 1 },
  traffic: { ttlSeconds: 60, onPremises: { kind: 'addresses', addresses: ['198.51.100.30'] } },
  cutover: { bakeMinutes: 5, requireSecondPerson: false, rollbackWindowHours: 4 },
} satisfies EnvironmentInput;
