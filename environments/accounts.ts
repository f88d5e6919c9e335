import type { AccountInput } from './schema/account';

/** The AWS accounts. PCI DSS wants production on its own: `prod` holds nothing else. */
export const accounts = {
  nonprod: {
    id: '210987654321',
    region: 'us-east-1',
    production: false,
    costCenter: 'CC-4710',
    state: {
      bucket: 'payment-terraform-state-210987654321',
      accessLogBucket: 'payment-terraform-logs-210987654321',
      lockTable: 'payment-terraform-locks',
      keyAlias: 'alias/payment-terraform-state',
      // As `npm run bootstrap -- --environment staging` prints it.
      kmsKeyId: '5b8e1f3a-6c2d-4e7f-9a01-3d4c5b6a7f80',
    },
  },
  prod: {
    id: '123456789012',
    region: 'us-east-1',
    production: true,
    costCenter: 'CC-4711',
    state: {
      bucket: 'payment-terraform-state-123456789012',
      accessLogBucket: 'payment-terraform-logs-123456789012',
      lockTable: 'payment-terraform-locks',
      keyAlias: 'alias/payment-terraform-state',
      // As `npm run bootstrap -- --environment prod` prints it.
      kmsKeyId: '9c1d2e3f-4a5b-4c6d-8e7f-0a1b2c3d4e5f',
    },
  },
} satisfies Record<string, AccountInput>;
