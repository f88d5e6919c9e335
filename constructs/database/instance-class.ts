import type { Problem } from '../validation/problem';

const UP_TO_16XLARGE = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'] as const;

/**
 * The instance classes of Aurora PostgreSQL, sizes by family. Not every region has every one.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html
 */
export const AURORA_INSTANCE_SIZES: Readonly<Record<string, readonly string[]>> = {
  t3: ['medium', 'large'],
  t4g: ['medium', 'large'],
  r5: ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge'],
  r6g: UP_TO_16XLARGE,
  r6i: [...UP_TO_16XLARGE, '24xlarge', '32xlarge'],
  r7g: UP_TO_16XLARGE,
  r7i: [...UP_TO_16XLARGE, '24xlarge', '48xlarge'],
  r8g: [...UP_TO_16XLARGE, '24xlarge', '48xlarge'],
  x2g: UP_TO_16XLARGE,
};

const CLASS = /^db\.([a-z0-9]+)\.([a-z0-9]+)$/;

/**
 * What is wrong with an instance class: a family or size that Aurora PostgreSQL does not have, such as `db.t3.micro`.
 * @param field the field that holds it
 */
export function instanceClassProblems(field: string, instanceClass: string): Problem[] {
  const [, family = '', size = ''] = CLASS.exec(instanceClass) ?? [];
  // hasOwn: a family named like a member of every object (`constructor`) is none.
  const sizes = Object.hasOwn(AURORA_INSTANCE_SIZES, family) ? AURORA_INSTANCE_SIZES[family] : undefined;
  if (sizes?.includes(size) === true) return [];
  const must =
    sizes === undefined
      ? `must be an instance class of Aurora PostgreSQL, of the family ${Object.keys(AURORA_INSTANCE_SIZES).join(', ')}`
      : `must be of a size that Aurora PostgreSQL offers for db.${family}: ${sizes.join(', ')}`;
  return [{ field, must, got: instanceClass, fix: 'choose one, such as db.r6g.large or, for little, db.t4g.medium' }];
}
