import { createRequire } from 'node:module';

interface StackTraceModule {
  captureStackTrace(): string[];
}

const isStackTraceModule = (module: unknown): module is StackTraceModule =>
  typeof module === 'object' && module !== null && 'captureStackTrace' in module;

/**
 * Stops cdktf from taking a complete stack trace for every token that it creates: thousands of them, a sixth of the time of
 * synthesis, used by nothing but its messages about tokens that cannot be resolved. What is written stays the same.
 * @returns whether this version of cdktf has what is switched off
 */
export function skipTokenTraces(): boolean {
  try {
    const module: unknown = createRequire(__filename)('cdktf/lib/tokens/private/stack-trace');
    if (!isStackTraceModule(module)) return false;
    module.captureStackTrace = () => [];
    return true;
  } catch {
    // Another version keeps it elsewhere: synthesis only takes longer.
    return false;
  }
}
