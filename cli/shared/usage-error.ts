/** A command line that says too little, too much, or a name that nothing has. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
