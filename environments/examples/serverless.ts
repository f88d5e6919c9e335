import type { EnvironmentInput } from '../environment';
import { identityProviderCidrs } from '../identity-provider';

/** An environment without on-premises side: internal load balancer, Aurora Serverless v2 with two readers. */
export const serverless = {
  name: 'serverless',
  account: 'nonprod',
  region: 'us-east-1',
  costCenter: 'CC-4720',
  teardown: true,
  state: { type: 's3' },
  logRetentionDays: 30,
  network: {
    cidr: '10.3.0.0/16',
    availabilityZones: {
      'us-east-1a': { publicCidr: '10.3.0.0/24', privateCidr: '10.3.10.0/24', databaseCidr: '10.3.20.0/24' },
      'us-east-1b': { publicCidr: '10.3.1.0/24', privateCidr: '10.3.11.0/24', databaseCidr: '10.3.21.0/24' },
      'us-east-1c': { publicCidr: '10.3.2.0/24', privateCidr: '10.3.12.0/24', databaseCidr: '10.3.22.0/24' },
    },
    natGateways: 'single',
  },
  database: { capacity: { mode: 'serverless', minAcu: 0.5, maxAcu: 1, readerCount: 2 }, backupRetentionDays: 7 },
  dns: {
    zoneId: 'Z0423874SERVERLESS',
    zoneName: 'serverless.payments.example.com',
    apiHostName: 'api.serverless.payments.example.com',
  },
  ingress: { scheme: 'internal' },
  paymentApi: {
    authorization: {
      issuer: 'https://id.dev.example.com/realms/payments',
      audience: 'payment-api',
      jwksUri: 'https://id.dev.example.com/realms/payments/keys',
      jwksCidrs: identityProviderCidrs,
    },
    memorySizeMib: 512,
    timeoutSeconds: 30,
    reservedConcurrency: 10,
  },
  audit: { mode: 'governance', retentionDays: 1 },
} satisfies EnvironmentInput;
