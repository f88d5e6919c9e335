import * as z from 'zod';
import type { Action, Attributes, Drift, Json, Plan, ResourceChange } from './plan';

/** Why nothing can be told about a plan. */
export class UnreadablePlan extends Error {
  override readonly name = 'UnreadablePlan';
}

const json = z.json() as z.ZodType<Json>;
const attributes = z.record(z.string(), json) as z.ZodType<Attributes>;

const resourceChange = z.object({
  address: z.string(),
  previous_address: z.string().optional(),
  mode: z.enum(['managed', 'data', 'ephemeral', 'list']),
  type: z.string(),
  deposed: z.string().optional(),
  change: z.object({
    actions: z.array(z.string()).min(1),
    before: attributes.nullish(),
    after: attributes.nullish(),
    after_unknown: json.optional(),
    before_sensitive: json.optional(),
    after_sensitive: json.optional(),
    replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).nullish(),
  }),
});

interface PlannedModule {
  readonly resources?: readonly { readonly values?: Attributes | null | undefined }[] | undefined;
  readonly child_modules?: readonly PlannedModule[] | undefined;
}

const plannedModule: z.ZodType<PlannedModule> = z.lazy(() =>
  z.object({
    resources: z.array(z.object({ values: attributes.nullish() })).optional(),
    child_modules: z.array(plannedModule).optional(),
  }),
);

const planFile = z.object({
  planned_values: z.object({ root_module: plannedModule.optional() }),
  // Without any resource Terraform leaves these out.
  resource_changes: z.array(resourceChange).nullish(),
  resource_drift: z.array(resourceChange).nullish(),
  deferred_changes: z.array(z.unknown()).nullish(),
  errored: z.boolean().optional(),
  complete: z.boolean().optional(),
});

/**
 * Reads what `terraform show -json <plan>` printed.
 * @throws UnreadablePlan when it is none, of a format that is not known, or tells only a part of what will be done
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
export function readPlan(text: string): Plan {
  const content = parse(text);
  requireFormat(content);
  const parsed = planFile.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') ?? '';
    throw new UnreadablePlan(
      `${place === '' ? 'the file' : place} must be as terraform show -json <plan> prints it, got something else (${issue?.message ?? 'no reason given'}); a state has no changes: pass a plan`,
    );
  }
  const { planned_values: planned, resource_changes: changes, resource_drift: drift, ...whole } = parsed.data;
  requireWhole(whole);
  const read = (changes ?? []).filter(({ mode }) => mode === 'managed').map(readChange);
  return {
    changes: read,
    drift: (drift ?? []).filter(({ mode }) => mode === 'managed').map(readDrift),
    phaseTags: {
      planned: distinct(planned.root_module === undefined ? [] : phasesIn(planned.root_module)),
      present: distinct(read.flatMap(({ before }) => phaseOf(before))),
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnreadablePlan(
      'the file must be JSON, got something else; make it with terraform show -json <plan> > plan.json',
      { cause: error },
    );
  }
}

const SUPPORTED_FORMAT = /^1\.\d+$/;

function requireFormat(content: unknown): void {
  const version: unknown =
    typeof content === 'object' && content !== null && 'format_version' in content ? content.format_version : undefined;
  if (typeof version === 'string' && SUPPORTED_FORMAT.test(version)) return;
  throw new UnreadablePlan(
    `format_version must be 1.x, got ${version === undefined ? 'none' : JSON.stringify(version)}; make the file with terraform show -json <plan>, or teach the guard the new format`,
  );
}

/** What is left out may be what stops a task. */
function requireWhole(plan: {
  readonly errored?: boolean | undefined;
  readonly complete?: boolean | undefined;
  readonly deferred_changes?: readonly unknown[] | null | undefined;
}): void {
  const deferred = plan.deferred_changes?.length ?? 0;
  if (plan.errored === true) {
    throw new UnreadablePlan('the plan must be without errors, got one that failed; correct what plan complained of');
  }
  if (deferred > 0) {
    throw new UnreadablePlan(
      `the plan must hold every change, got ${deferred} deferred to a later plan; apply what they wait for on its own first`,
    );
  }
  if (plan.complete === false) {
    throw new UnreadablePlan(
      'the plan must be complete, got one that leaves changes out; plan without -target (and without deferred changes)',
    );
  }
}

const ACTIONS: Readonly<Record<string, Action>> = {
  'no-op': 'none',
  read: 'none',
  create: 'create',
  update: 'update',
  delete: 'delete',
  forget: 'forget',
  'delete, create': 'replace',
  'create, delete': 'replace',
  // The old object stays, and nobody looks after it any more.
  'create, forget': 'replace',
};

type FileChange = z.infer<typeof resourceChange>;

function readChange({ address, previous_address: previousAddress, type, deposed, change }: FileChange): ResourceChange {
  const actions = change.actions.join(', ');
  const action = ACTIONS[actions];
  if (action === undefined) {
    throw new UnreadablePlan(
      `the actions of ${address} must be ones that the guard knows, got ${actions}; teach the guard what they do`,
    );
  }
  return {
    address: deposed === undefined ? address : `${address} (deposed ${deposed})`,
    ...(previousAddress === undefined ? {} : { previousAddress }),
    type,
    action,
    actions,
    before: change.before ?? undefined,
    after: change.after ?? undefined,
    unknown: change.after_unknown ?? false,
    sensitive: [change.before_sensitive ?? false, change.after_sensitive ?? false],
    replacePaths: (change.replace_paths ?? []).map(([first = '', ...rest]) =>
      rest.reduce<string>(
        (path, step) => (typeof step === 'number' ? `${path}[${step}]` : `${path}.${step}`),
        String(first),
      ),
    ),
  };
}

const readDrift = ({ address, type, change }: FileChange): Drift => ({
  address,
  type,
  gone: change.after === null || change.after === undefined,
});

const phasesIn = ({ resources = [], child_modules: modules = [] }: PlannedModule): string[] => [
  ...resources.flatMap(({ values }) => phaseOf(values ?? undefined)),
  ...modules.flatMap(phasesIn),
];

function phaseOf(values: Attributes | undefined): string[] {
  const tags = values?.tags_all;
  if (typeof tags !== 'object' || tags === null || !('MigrationPhase' in tags)) return [];
  return typeof tags.MigrationPhase === 'string' ? [tags.MigrationPhase] : [];
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)].sort();
