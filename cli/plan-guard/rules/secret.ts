import { protection } from '../protection';
import { EVERY_PHASE } from './phases';

export const secret = protection({
  id: 'secret',
  protects: 'Secrets and their values: functions, databases and DMS sign in with them.',
  phases: EVERY_PHASE,
  types: ['aws_secretsmanager_secret', 'aws_secretsmanager_secret_version'],
  taken: 'whoever signs in with it is locked out, and a new value is not the one that the database knows',
});
