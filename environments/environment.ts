import * as z from 'zod';
import { isNamePart, MAX_SUFFIX_LENGTH } from '../constructs/naming/limits';
import type { Problem as ConstructProblem } from '../constructs/validation/problem';
import { region } from './schema/account';
import { cutoverSchema } from './schema/cutover';
import { databaseSchema, logRetentionDays } from './schema/database';
import { ingressSchema } from './schema/ingress';
import { networkSchema, onPremisesSchema } from './schema/network';
import { monitoringSchema } from './schema/monitoring';
import { paymentApiSchema } from './schema/payment-api';
import {
  auditSchema,
  fraudDetectionSchema,
  reconciliationSchema,
  transactionProcessingSchema,
} from './schema/payment-path';
import { dnsSchema, trafficSchema } from './schema/traffic';
import { replicationSchema } from './schema/replication';
import { verificationSchema } from './schema/verification';
import { accepted, flag, hostName, matching, oneOf, section, tagValue, text, variant } from './schema/primitives';

/** Where the migration stands: the tag MigrationPhase, and what later guards go by. */
export const MIGRATION_PHASES = ['preparation', 'replication', 'traffic-shift', 'data-on-aws', 'finished'] as const;

/** What is wrong with the name of an environment. */
const nameProblems = (name: string): ConstructProblem[] => {
  const wrong = (must: string, fix: string) => [{ field: 'name', must, got: name, fix }];
  if (!isNamePart(name) || name.length < 2 || name.length > MAX_SUFFIX_LENGTH) {
    return wrong(
      `must have 2 to ${MAX_SUFFIX_LENGTH} lower-case letters, digits and single hyphens, from letter to letter or digit (the names of target groups end with it and hold 32)`,
      'choose a shorter or simpler name',
    );
  }
  if (name.startsWith('account-')) {
    return wrong('must not start with account-: account stacks are named so', 'choose another name');
  }
  // The tree of constructs keeps its children by name, in an object that has members of its own.
  return name in {} ? wrong('must not be a name that JavaScript gives to every object', 'choose another name') : [];
};

const slug = (must: string) =>
  matching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,89}$/, must, 'write its name as the console shows it');

const state = variant(
  'type',
  ['s3', 'cloud', 'local'],
  [
    section({
      type: z.literal('s3').describe("The account's state bucket, locked by DynamoDB and by a lock file."),
      key: matching(
        /^(?!\/)(?!.*\/\/)[A-Za-z0-9!_.*'()/-]{1,512}\.tfstate$/,
        'must be an S3 object key of at most 520 characters that ends with .tfstate and does not start with /',
        'leave it out for payment/<environment>/terraform.tfstate',
      )
        .optional()
        .describe('The object that holds the state. Default: payment/<environment>/terraform.tfstate.'),
    }),
    section({
      type: z.literal('cloud').describe('HCP Terraform or Terraform Enterprise.'),
      organization: slug('must be the name of an organization: letters, digits, - and _').describe('The organization.'),
      workspace: slug('must be the name of a workspace: 1 to 90 letters, digits, - and _').describe('The workspace.'),
      hostname: hostName().default('app.terraform.io').describe('Where Terraform Cloud answers.'),
    }),
    section({
      type: z.literal('local').describe('A file in the working directory: for tests and a first look only.'),
    }),
  ],
).describe('Where the Terraform state lives.');

/**
 * The schema of an environment file. Optional parts that are absent create nothing. No default is unsafe in production.
 * Rules between fields are in `rules/`.
 */
export const environmentSchema = section({
  name: accepted(nameProblems).describe("The stack's name and the end of every resource's name."),
  account: matching(/^[a-z][a-z0-9-]*$/, 'must be a key of accounts.ts', 'name one of the accounts').describe(
    'The AWS account, by its key in accounts.ts.',
  ),
  region: region(),
  project: text(
    {
      must: 'must have 1 to 32 lower-case letters, digits and single hyphens, from letter to letter or digit, and not start with aws or ssm (parameters cannot)',
      fix: 'write it as payment',
    },
    (value) => isNamePart(value) && value.length <= 32 && !/^(aws|ssm)/.test(value),
  )
    .default('payment')
    .describe('The tag Project and the first part of the names of SSM parameters.'),
  costCenter: tagValue('write it as CC-4711').describe('The tag CostCenter.'),
  migrationPhase: oneOf(MIGRATION_PHASES)
    .default('preparation')
    .describe('Where the migration stands: the tag MigrationPhase.'),
  teardown: flag()
    .default(false)
    .describe('Whether everything may be destroyed: no protection, no final snapshot, buckets emptied.'),
  confirmTeardown: matching(/^.+$/, 'must be the name of the environment', 'repeat the name')
    .optional()
    .describe("The environment's name once more: needed for teardown where production runs."),
  state,
  logRetentionDays: logRetentionDays()
    .default(365)
    .describe('How long every log group keeps events. PCI DSS 4.0, 10.5.1 asks for twelve months.'),
  network: networkSchema,
  onPremises: onPremisesSchema.optional(),
  database: databaseSchema,
  replication: replicationSchema.optional(),
  verification: verificationSchema.prefault({}),
  dns: dnsSchema,
  ingress: ingressSchema.prefault({}),
  paymentApi: paymentApiSchema,
  fraudDetection: fraudDetectionSchema.prefault({}),
  transactionProcessing: transactionProcessingSchema.prefault({}),
  reconciliation: reconciliationSchema.prefault({}),
  audit: auditSchema.prefault({}),
  traffic: trafficSchema.optional(),
  cutover: cutoverSchema.optional(),
  monitoring: monitoringSchema.prefault({}),
});

/** An environment after validation, every default filled in. */
export type Environment = z.output<typeof environmentSchema>;
/** An environment as its file writes it. */
export type EnvironmentInput = z.input<typeof environmentSchema>;
