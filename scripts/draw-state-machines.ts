import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CUTOVER_DEFINITIONS,
  type CutoverDefinitionProps,
  type CutoverMachine,
} from '../constructs/cutover/definitions';

type State = Readonly<Record<string, unknown>>;

/** What the pictures show does not depend on functions and limits. */
const PROPS: CutoverDefinitionProps = {
  functions: {
    steps: { functionArn: 'migration-steps', timeoutSeconds: 120 },
    validation: { functionArn: 'migration-validation', timeoutSeconds: 900 },
    schema: { functionArn: 'ledger-migration', timeoutSeconds: 900 },
    traffic: { functionArn: 'traffic-shift', timeoutSeconds: 120 },
  },
  limits: { weightTimeoutMinutes: 60, bakeMinutes: 30, approvalTimeoutMinutes: 60, freezeBudgetSeconds: 900 },
  appendOnly: [],
};

/** How a state of each type looks: tasks blue, questions yellow, pauses grey, ends green and red. */
const LOOKS: Readonly<Record<string, string>> = {
  Task: 'shape=box, style="rounded,filled", fillcolor="#dbeafe", color="#1d4ed8"',
  Choice: 'shape=diamond, style=filled, fillcolor="#fef3c7", color="#b45309", width=0.4, height=0.4',
  Wait: 'shape=box, style="rounded,filled,dashed", fillcolor="#f3f4f6", color="#6b7280"',
  Pass: 'shape=box, style=filled, fillcolor="#f9fafb", color="#9ca3af"',
  Succeed: 'shape=ellipse, style=filled, fillcolor="#dcfce7", color="#15803d"',
  Fail: 'shape=ellipse, style=filled, fillcolor="#fee2e2", color="#b91c1c"',
};

const quoted = (text: string): string => `"${text.replaceAll(`"`, `\\"`).replaceAll(`\n`, `\\n`)}"`;

/** What is written into a state: a question after a step is a diamond without a word, for its answers stand at the arrows. */
function labelOf(name: string, { Type, Seconds, Parameters }: State, states: Readonly<Record<string, State>>): string {
  if (Type === 'Choice' && states[name.slice(0, -1)] !== undefined) return '';
  if (Type === 'Wait') return `${String(Seconds)} s`;
  const { FunctionName: called, Payload } = (Parameters ?? {}) as { FunctionName?: string; Payload?: State };
  if (Type !== 'Task' || called === undefined || Payload === undefined) return name;
  const what = [Payload['step'], Payload['action'], Payload['parts']].find((each) => each !== undefined);
  return `${name}\n${called === 'migration-steps' ? '' : `${called} `}${[what].flat().map(String).join(' + ')}`;
}

/** The arrows from one state, those to the same state as one. */
function arrowsOf(name: string, state: State): string[] {
  const rules = (state['Choices'] ?? []) as State[];
  const ways = new Map<string, string[]>();
  const add = (next: unknown, why: string): void => {
    if (typeof next === 'string')
      ways.set(
        next,
        [...(ways.get(next) ?? []), why].filter((word) => word !== ''),
      );
  };
  add(state['Next'], '');
  for (const { Next: next, StringEquals: word } of rules) add(next, typeof word === 'string' ? word : 'yes');
  add(state['Default'], rules.some(({ StringEquals: word }) => word !== undefined) ? 'else' : 'no');
  const caught = ((state['Catch'] ?? []) as State[]).filter(({ Next: next }) => next !== 'Overtaken');
  return [
    ...[...ways].map(([next, words]) => `${quoted(name)} -> ${quoted(next)} [label=${quoted(words.join(', '))}]`),
    // That the lease may be lost is said once, not at each of thirty states.
    ...caught
      .filter(({ Next: next }) => next !== state['Next'])
      .map(
        ({ Next: next }) => `${quoted(name)} -> ${quoted(String(next))} [style=dashed, color="#b91c1c", arrowsize=0.6]`,
      ),
  ];
}

/** A machine as Graphviz reads it. */
export function dotOf(machine: CutoverMachine): string {
  const definition = CUTOVER_DEFINITIONS[machine](PROPS);
  const states = definition['States'] as Readonly<Record<string, State>>;
  const all = Object.entries(states).filter(([name]) => name !== 'Begin');
  return [
    `digraph ${quoted(machine)} {`,
    `label=${quoted(`${machine}: ${String(definition['Comment'])}\nRed dashed: an error. From every step a lost lease leads to Overtaken, and nothing more is done.`)}`,
    'labelloc=t; rankdir=TB; nodesep=0.35; ranksep=0.35; bgcolor=white',
    'node [fontname="Helvetica", fontsize=11, margin="0.12,0.06"]',
    'edge [fontname="Helvetica", fontsize=9, color="#374151", arrowsize=0.7]',
    ...all.map(
      ([name, state]) =>
        `${quoted(name)} [label=${quoted(labelOf(name, state, states))}, ${LOOKS[String(state['Type'])] ?? ''}]`,
    ),
    ...all.flatMap(([name, state]) => arrowsOf(name, state)),
    '}',
  ].join('\n');
}

/** Draws every machine into a folder, as `<machine>.svg`. */
async function drawAll(folder: string): Promise<void> {
  const { Graphviz } = await import('@hpcc-js/wasm-graphviz');
  const graphviz = await Graphviz.load();
  mkdirSync(folder, { recursive: true });
  for (const machine of Object.keys(CUTOVER_DEFINITIONS) as CutoverMachine[]) {
    writeFileSync(join(folder, `${machine}.svg`), graphviz.dot(dotOf(machine)));
  }
}

if (require.main === module) {
  void drawAll(process.argv[2] ?? join(__dirname, '..', 'docs', 'state-machines'));
}
