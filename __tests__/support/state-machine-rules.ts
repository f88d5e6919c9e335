import validate from 'asl-validator';

type Json = Readonly<Record<string, unknown>>;

/** A state of a definition, with its name. */
export interface NamedState {
  readonly name: string;
  readonly state: Json;
  /** Whether it belongs to a child of a Distributed Map, whose failure is the map's. */
  readonly inChild: boolean;
}

const SERVICE_ERRORS = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];

/** After these nobody may try again. */
const FINAL_ERRORS = ['LeaseLost', 'AuthorityMoved'];

/** Every state, also those inside of maps and branches. */
export function statesOf(definition: Json, inChild = false): NamedState[] {
  return Object.entries((definition['States'] ?? {}) as Record<string, Json>).flatMap(([name, state]) => {
    const processor = state['ItemProcessor'] as Json | undefined;
    const distributed = (processor?.['ProcessorConfig'] as Json | undefined)?.['Mode'] === 'DISTRIBUTED';
    const branches = (state['Branches'] ?? []) as Json[];
    return [
      { name, state, inChild },
      ...(processor === undefined ? [] : statesOf(processor, inChild || distributed)),
      ...branches.flatMap((branch) => statesOf(branch, inChild)),
    ];
  });
}

/**
 * What is wrong with a definition: by asl-validator, and by the rules of this project, which keep it safe, and executable
 * where there is no AWS.
 */
export function problemsOf(definition: Json): string[] {
  // It writes defaults into what it is given.
  const { isValid, errorsText } = validate(structuredClone(definition));
  const text = JSON.stringify(definition);
  return [
    ...(isValid ? [] : [errorsText('\n')]),
    ...(/"QueryLanguage"|\{%/.test(text) ? ['JSONata is used'] : []),
    ...(/"Assign"/.test(text) ? ['Assign is used'] : []),
    ...(/waitForTaskToken/.test(text) ? ['a task token is waited for'] : []),
    ...(/"HeartbeatSeconds/.test(text) ? ['heartbeats are used'] : []),
    ...unreachable(definition).map((name) => `${name} is reached from nowhere`),
    ...(typeof definition['TimeoutSeconds'] === 'number' ? [] : ['the machine has no TimeoutSeconds']),
    ...statesOf(definition).flatMap((each) => stateProblems(each).map((problem) => `${each.name} ${problem}`)),
  ];
}

function stateProblems({ state, inChild }: NamedState): string[] {
  const problems: string[] = [];
  if (state['Type'] === 'Task') {
    if (typeof state['TimeoutSeconds'] !== 'number') problems.push('has no TimeoutSeconds');
    problems.push(...retryProblems((state['Retry'] ?? []) as Json[]));
  }
  if ((state['Type'] === 'Task' || state['Type'] === 'Map') && !inChild && !catchesAll(state)) {
    problems.push('does not catch States.ALL');
  }
  if (state['Type'] === 'Map') {
    if (state['ToleratedFailurePercentage'] !== 0)
      problems.push('tolerates failures, or does not say that it does not');
    if (Object.keys(state).some((key) => /^Tolerated(FailureCount|.*Path)/.test(key)))
      problems.push('tolerates failures');
    if (typeof state['MaxConcurrency'] !== 'number' || state['MaxConcurrency'] < 1) problems.push('is not bounded');
  }
  return problems;
}

function retryProblems(retries: readonly Json[]): string[] {
  if (retries.length === 0) return ['has no Retry'];
  const errorsOf = (retry: Json): string[] => retry['ErrorEquals'] as string[];
  const never = retries.filter((retry) => retry['MaxAttempts'] === 0).flatMap(errorsOf);
  return retries
    .filter((retry) => retry['MaxAttempts'] !== 0)
    .flatMap((retry) => [
      ...errorsOf(retry)
        .filter((name) => !SERVICE_ERRORS.includes(name))
        // What must not end at the first error may be repeated after any, but by an executor that was overtaken.
        .filter((name) => name !== 'States.ALL' || !FINAL_ERRORS.every((final) => never.includes(final)))
        .map((name) => `repeats after ${name}`),
      ...(retry['JitterStrategy'] === 'FULL' ? [] : ['repeats without jitter']),
    ]);
}

/** The states that one state can lead to, with the reason. */
export function successorsOf(state: Json): { readonly next: string; readonly why: string }[] {
  const one = (next: unknown, why: string) => (typeof next === 'string' ? [{ next, why }] : []);
  return [
    ...one(state['Next'], 'next'),
    ...((state['Choices'] ?? []) as Json[]).flatMap((rule, index) => one(rule['Next'], `choice ${index}`)),
    ...one(state['Default'], 'default'),
    ...((state['Catch'] ?? []) as Json[]).flatMap((catcher, index) => one(catcher['Next'], `catch ${index}`)),
  ];
}

/** The states of the machine itself that no path from its start leads to. */
function unreachable(definition: Json): string[] {
  const states = (definition['States'] ?? {}) as Record<string, Json>;
  const reached = new Set<string>();
  const visit = (name: string): void => {
    const state = states[name];
    if (reached.has(name) || state === undefined) return;
    reached.add(name);
    for (const { next } of successorsOf(state)) visit(next);
  };
  visit(String(definition['StartAt']));
  return Object.keys(states).filter((name) => !reached.has(name));
}

const catchesAll = (state: Json): boolean =>
  ((state['Catch'] ?? []) as Json[]).some(({ ErrorEquals: names }) => (names as string[]).includes('States.ALL'));
