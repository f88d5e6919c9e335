import { protection } from '../protection';
import { EVERY_PHASE } from './phases';

export const databaseRemoval = protection({
  id: 'database-removal',
  protects: 'The Aurora cluster, its instances, subnets and parameter groups: there must be the same ones afterwards.',
  phases: EVERY_PHASE,
  types: [
    'aws_rds_cluster',
    'aws_rds_cluster_instance',
    'aws_rds_global_cluster',
    'aws_rds_cluster_endpoint',
    'aws_rds_cluster_parameter_group',
    'aws_db_parameter_group',
    'aws_db_subnet_group',
  ],
  taken: 'the ledger, or what keeps it available, goes with it',
});
