/**
 * What one person said about one execution. The item's partition key is the person's `aws:userid`, and IAM lets nobody write
 * an item under another one's: so it proves who said it. Step Functions itself shows no caller.
 */
export interface Statement {
  /** `aws:userid`: of a role, `<role id>:<session name>`. */
  readonly userId: string;
  /** The name of the execution. */
  readonly request: string;
  readonly kind: 'request' | 'approval' | 'refusal';
  /** Milliseconds since 1970, as its author says. */
  readonly at: number;
  /** Why, in the author's words. @default nothing */
  readonly comment?: string;
}

/** The statements of people in the table `migration-state`: `pk` the user id, `sk` `<kind>#<request>`. */
export interface Statements {
  /** Every statement about an execution. */
  about(request: string): Promise<readonly Statement[]>;
  /** Writes a statement, under the own user id. Repeated, the first stands. */
  make(statement: Statement): Promise<void>;
}
