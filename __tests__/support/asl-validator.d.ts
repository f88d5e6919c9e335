declare module 'asl-validator' {
  interface Result {
    readonly isValid: boolean;
    readonly errorsText: (separator?: string) => string;
  }
  /** Checks structure, transitions and paths of a definition. */
  export default function validate(definition: object): Result;
}
