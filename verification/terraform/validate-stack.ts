import type { Finished, Processes } from './processes';
import { copyStack, type StackFiles } from './stack-files';
import type { ProviderPlan } from './provider-plan';

/** What Terraform said about one stack. */
export interface Validation {
  readonly title: string;
  /** One line each; none when the stack is valid. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly initSeconds: number;
  readonly validateSeconds: number;
}

const INIT_TIMEOUT_SECONDS = 180;
const VALIDATE_TIMEOUT_SECONDS = 180;

/** Runs `terraform init` without backend and `terraform validate` on a copy of a stack. */
export async function validateStack(
  stack: StackFiles,
  directory: string,
  providers: ProviderPlan,
  processes: Processes,
): Promise<Validation> {
  copyStack(stack, directory, providers.versions);
  const terraform = (args: readonly string[], timeoutSeconds: number): Promise<Finished> =>
    processes.run('terraform', args, { cwd: directory, env: providers.environment, timeoutSeconds });

  const init = await terraform(['init', '-backend=false', '-input=false', '-no-color'], INIT_TIMEOUT_SECONDS);
  const initSeconds = init.seconds;
  if (init.code !== 0) {
    const errors = [`terraform init failed: ${failureText(init, INIT_TIMEOUT_SECONDS)}`];
    return { title: stack.title, errors, warnings: [], initSeconds, validateSeconds: 0 };
  }
  const validate = await terraform(['validate', '-json', '-no-color'], VALIDATE_TIMEOUT_SECONDS);
  const diagnostics = parseDiagnostics(validate.stdout);
  const errors =
    diagnostics === undefined
      ? [`terraform validate failed: ${failureText(validate, VALIDATE_TIMEOUT_SECONDS)}`]
      : diagnostics.errors;
  return {
    title: stack.title,
    errors,
    warnings: diagnostics?.warnings ?? [],
    initSeconds,
    validateSeconds: validate.seconds,
  };
}

interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail?: string;
  readonly address?: string;
  readonly snippet?: { readonly context?: string };
}

/**
 * The diagnostics that `terraform validate -json` printed, one line each.
 * @returns undefined when it printed none, which means that it did not get that far
 */
export function parseDiagnostics(stdout: string): { errors: string[]; warnings: string[] } | undefined {
  let report: { readonly valid?: boolean; readonly diagnostics?: readonly Diagnostic[] };
  try {
    report = JSON.parse(stdout) as typeof report;
  } catch {
    return undefined;
  }
  if (report.diagnostics === undefined || report.valid === undefined) return undefined;
  const lines = (severity: string): string[] =>
    (report.diagnostics ?? []).filter((diagnostic) => diagnostic.severity === severity).map(formatDiagnostic);
  const errors = lines('error');
  return {
    errors: errors.length === 0 && !report.valid ? ['terraform says invalid, and not why'] : errors,
    warnings: lines('warning'),
  };
}

function formatDiagnostic({ address, summary, detail, snippet }: Diagnostic): string {
  const place = address ?? snippet?.context ?? '';
  const text = detail === undefined || detail === '' ? summary : `${summary}: ${detail}`;
  return `${place === '' ? '' : `${place}: `}${text}`.replace(/\s+/g, ' ');
}

function failureText({ code, stdout, stderr }: Finished, timeoutSeconds: number): string {
  if (code === null) return `stopped after ${timeoutSeconds} s`;
  const text = `${stderr}\n${stdout}`.trim().split('\n').slice(-20).join('\n');
  return `code ${code}\n${text}`;
}
