/** What the tests use of it; its own types are an ES module's. */
declare module 'aws-local-stepfunctions' {
  interface EventLog {
    readonly type: string;
    readonly state?: { readonly name: string };
  }
  export class StateMachine {
    constructor(definition: object, options?: { readonly validationOptions?: { readonly noValidate?: boolean } });
    run(
      input: unknown,
      options: {
        readonly overrides: {
          readonly taskResourceLocalHandlers: Readonly<Record<string, (input: unknown) => Promise<unknown>>>;
          readonly retryIntervalOverrides: Readonly<Record<string, number>>;
        };
        readonly context: unknown;
      },
    ): { readonly result: Promise<unknown>; readonly eventLogs: AsyncGenerator<EventLog> };
  }
}
