import type { Authority } from '../shared/authority/authority';
import type { TransactionStore } from '../shared/transactions/transaction-store';
import type { HealthCheck } from './health';

/**
 * What accepting payments depends on: the table, and the authority item beside it. PostgreSQL is not among them: payments are
 * accepted without it.
 */
export const dependencyChecks = (store: TransactionStore, authority: Authority): readonly HealthCheck[] => [
  { name: 'transactions-table', run: () => store.find('health') },
  {
    name: 'authority-item',
    run: async () => {
      const { epoch } = await authority.read();
      if (epoch === 0) throw new Error('the authority item must be there');
    },
  },
];
