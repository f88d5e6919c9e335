import { successorsOf } from './state-machine-rules';

type Json = Readonly<Record<string, unknown>>;

/** Paths that surely exist when a state begins, such as `$.lease.token`. */
type Known = ReadonlySet<string>;

/** What every answer of a step has. */
const OF_EVERY_ANSWER = ['$.step.answer.message', '$.step.answer.outcome'];
/** What Step Functions and the operators put into the context. */
const CONTEXT = ['$$.Execution.Id', '$$.Execution.Name', '$$.Execution.StartTime', '$$.Execution.Input'];

/**
 * References of a machine to fields that are not there for sure, on every path that leads to the state: Step Functions fails
 * at one of those, and no state can catch that.
 */
export function danglingReferences(definition: Json): string[] {
  const states = definition['States'] as Record<string, Json>;
  const known = new Map<string, Known>([[String(definition['StartAt']), new Set()]]);
  for (const queue = [String(definition['StartAt'])]; queue.length > 0;) {
    const name = queue.pop() ?? '';
    const state = states[name];
    if (state === undefined) continue;
    for (const { next, why } of successorsOf(state)) {
      const arriving = leaving(state, known.get(name) ?? new Set(), why);
      const before = known.get(next);
      const together = before === undefined ? arriving : new Set([...before].filter((path) => arriving.has(path)));
      if (before !== undefined && together.size === before.size) continue;
      known.set(next, together);
      queue.push(next);
    }
  }
  return Object.entries(states).flatMap(([name, state]) =>
    referencesOf(state)
      .filter((path) => !exists(path, known.get(name) ?? new Set()))
      .map((path) => `${name} refers to ${path}`),
  );
}

const exists = (path: string, known: Known): boolean => known.has(path) || CONTEXT.includes(path);

/** What exists after a state, on one of its ways out. */
function leaving(state: Json, before: Known, why: string): Known {
  const [kind, index] = why.split(' ');
  if (kind === 'catch') {
    const catcher = (state['Catch'] as Json[])[Number(index)];
    return written(before, catcher?.['ResultPath'], ['Error', 'Cause']);
  }
  if (kind === 'choice') {
    const rule = (state['Choices'] as Json[])[Number(index)] ?? {};
    return new Set([...before, ...asked(rule).flatMap(({ path, sure }) => (sure ? withParents(path) : []))]);
  }
  if (state['Type'] === 'Task') return written(before, state['ResultPath'], keysOf(state['ResultSelector']));
  if (state['Type'] === 'Pass') {
    return written(before, state['ResultPath'] ?? '$', keysOf(state['Parameters'] ?? state['Result']));
  }
  return before;
}

const keysOf = (template: unknown): string[] =>
  Object.keys((template ?? {}) as Json).map((key) => key.replace(/\.\$$/, ''));

function written(before: Known, path: unknown, keys: readonly string[]): Known {
  if (path === null) return before;
  if (typeof path !== 'string') return new Set();
  const others = path === '$' ? [] : [...before].filter((each) => each !== path && !each.startsWith(`${path}.`));
  const now = new Set([...others, path, ...keys.map((key) => `${path}.${key}`)]);
  return now.has('$.step.answer') ? new Set([...now, ...OF_EVERY_ANSWER]) : now;
}

/** Every path that a state reads from its input; what a choice only asks whether it is there may be absent. */
function referencesOf(state: Json): string[] {
  const fromTemplate = (value: unknown): string[] =>
    typeof value !== 'object' || value === null
      ? []
      : Object.entries(value).flatMap(([key, inner]) =>
          key.endsWith('.$') && typeof inner === 'string' ? [inner] : fromTemplate(inner),
        );
  const choices = (state['Choices'] ?? []) as Json[];
  return [
    ...fromTemplate(state['Parameters']),
    ...['InputPath', 'OutputPath', 'ErrorPath', 'CausePath', 'SecondsPath', 'TimestampPath'].flatMap((key) =>
      typeof state[key] === 'string' ? [state[key]] : [],
    ),
    ...choices.flatMap((rule) => {
      const questions = asked(rule);
      return questions
        .filter(({ sure }) => !sure)
        .map(({ path }) => path)
        .filter((path) => !questions.some((other) => other.sure && other.path === path));
    }),
  ];
}

/** The fields that a rule asks about; `sure` where it asks whether the field is there. All of an `And` must hold. */
const asked = (rule: Json): { readonly path: string; readonly sure: boolean }[] =>
  ((rule['And'] ?? [rule]) as Json[]).map(({ Variable: path, IsPresent }) => ({
    path: String(path),
    sure: IsPresent === true,
  }));

const withParents = (path: string): string[] => {
  const parts = path.split('.');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 2).join('.'));
};
