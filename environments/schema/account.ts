import * as z from 'zod';
import { byKey, flag, hostName, list, matching, oneOf, section, tagValue } from './primitives';

/**
 * The regions that an environment may name: the commercial ones that offer every service used here.
 * @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */
export const AWS_REGIONS = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'sa-east-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'ap-east-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
] as const;

/** One of `AWS_REGIONS`. */
export const region = () => oneOf(AWS_REGIONS).describe('The AWS region.');

const bucketName = () =>
  matching(
    /^(?!xn--|sthree-)(?!.*(-s3alias|--ol-s3)$)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
    'must be an S3 bucket name: 3 to 63 lower-case letters, digits and hyphens',
    'choose such a name; it is unique in all of AWS, so end it with the account id',
  );

/** What somebody else may have made in an account before its stack. */
const ADOPTABLE = ['dms-roles', 'enhanced-monitoring-logs'] as const;

/** One AWS account and what its environments share. */
export const accountSchema = section({
  id: matching(
    /^\d{12}$/,
    'must be an AWS account id: 12 digits, as a text',
    'run aws sts get-caller-identity',
  ).describe('The account id. The provider refuses credentials of any other account.'),
  region: region(),
  production: flag().describe(
    'Whether production runs here: its environments cannot be torn down without confirmation.',
  ),
  costCenter: tagValue('write the cost centre that pays for the account itself').describe(
    "The tag CostCenter of the account stack's resources.",
  ),
  state: section({
    bucket: bucketName().describe('The bucket that holds the Terraform states of the account.'),
    accessLogBucket: bucketName().describe("The bucket for the state bucket's access log."),
    lockTable: matching(
      /^[A-Za-z0-9_.-]{3,255}$/,
      'must be a DynamoDB table name: 3 to 255 letters, digits and _.-',
      'choose such a name',
    ).describe('The DynamoDB table that locks the states.'),
    keyAlias: matching(
      /^alias\/(?!aws\/)[A-Za-z0-9/_-]{1,250}$/,
      'must be a KMS alias: alias/ and 1 to 250 letters, digits and /_-, not alias/aws/',
      'choose such a name',
    ).describe("The alias of the states' KMS key."),
    kmsKeyId: matching(
      /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/,
      'must be the id of a KMS key, as 1234abcd-12ab-34cd-56ef-1234567890ab',
      'run npm run bootstrap and copy the id that it prints',
    ).describe('The id of that key, as the bootstrap prints it.'),
  }).describe('Where the states of the account and of its environments live; npm run bootstrap creates it.'),
  adopt: list(oneOf(ADOPTABLE), 'things to adopt')
    .default([])
    .describe(
      'What exists in the account already and is adopted instead of created: the two roles of DMS (its console makes them without asking), the log group of enhanced monitoring (RDS makes it).',
    ),
  hostedZones: list(hostName(), 'zone names')
    .default([])
    .describe('Hosted zones to create in the account. Their delegation is a step of its own.'),
});

/** The accounts file, of which each account is checked by itself. */
export const accountsSchema = byKey(z.unknown(), 'accounts by name');

/** An AWS account after validation, every default filled in. */
export type Account = z.output<typeof accountSchema>;
/** An AWS account as it is written in `accounts.ts`. */
export type AccountInput = z.input<typeof accountSchema>;
