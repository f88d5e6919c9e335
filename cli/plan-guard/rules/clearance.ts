import { protection, TAGS } from '../protection';
import { EVERY_PHASE } from './phases';

const NAME = /\/traffic-clearance$/;

export const clearance = protection({
  id: 'clearance',
  protects: 'The parameter that says which share of the traffic AWS may get.',
  phases: EVERY_PHASE,
  types: ['aws_ssm_parameter'],
  concerns: ({ before, after }) =>
    [before?.name, after?.name].some((name) => typeof name === 'string' && NAME.test(name)),
  taken: 'no gate holds the weights any more, and a new one allows AWS nothing, so that the guard moves payments back',
  changed: {
    reason: 'gates raise it and a rollback lowers it; Terraform writes it once',
    // The provider counts the versions that the functions write.
    harmless: [...TAGS, 'description', 'version'],
  },
});
