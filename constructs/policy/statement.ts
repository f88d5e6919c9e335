/** One statement of an IAM policy, in IAM's own terms but typed and in camel case. */
export interface PolicyStatement {
  /** A name for the statement: letters and digits only. */
  readonly sid?: string;
  /** @default 'Allow' */
  readonly effect?: 'Allow' | 'Deny';
  /** The actions, for instance `kms:Decrypt`. Never `*` alone. */
  readonly actions: readonly string[];
  /**
   * The resources' ARNs. `*` only where the service offers no resource-level permission, or in a key's own policy; empty
   * only in a trust policy.
   */
  readonly resources: readonly string[];
  /** Who it applies to, by kind; resource policies only. */
  readonly principals?: Readonly<Partial<Record<'AWS' | 'Service' | 'Federated' | '*', readonly string[]>>>;
  /** Conditions by operator and key, for instance `{ StringEquals: { 'aws:SourceAccount': '123456789012' } }`. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

const one = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 && values[0] !== undefined ? values[0] : values;

const principal = (principals: NonNullable<PolicyStatement['principals']>): unknown =>
  principals['*'] !== undefined
    ? '*'
    : Object.fromEntries(Object.entries(principals).map(([kind, values]) => [kind, one(values)]));

/**
 * The IAM policy document of some statements, as JSON. The order of statements and keys is the order given, so the text is
 * the same in every synthesis.
 */
export function policyDocument(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({
      ...(statement.sid === undefined ? {} : { Sid: statement.sid }),
      Effect: statement.effect ?? 'Allow',
      ...(statement.principals === undefined ? {} : { Principal: principal(statement.principals) }),
      Action: one(statement.actions),
      // A trust policy has no Resource: the role itself is it.
      ...(statement.resources.length === 0 ? {} : { Resource: one(statement.resources) }),
      ...(statement.conditions === undefined ? {} : { Condition: statement.conditions }),
    })),
  });
}

/**
 * The condition that stops a confused deputy: the AWS service may act only for this account, and, where given, only for
 * resources whose ARN matches.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function onlyForAccount(accountId: string, sourceArn?: string): NonNullable<PolicyStatement['conditions']> {
  return {
    StringEquals: { 'aws:SourceAccount': accountId },
    ...(sourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': sourceArn } }),
  };
}
