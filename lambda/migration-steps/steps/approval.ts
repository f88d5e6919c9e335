import type { Machine } from '../../shared/migration/executor';
import type { Statement } from '../../shared/migration/approvals';
import type { ControlDependencies } from '../dependencies';
import { inputText } from '../given';
import type { Step, StepContext } from '../step';
import { overdue } from '../waiting';
import { refusalText } from './bake';
import { done } from './answers';
import { refusedFor, wait } from './judged';

/** How many different people must approve. */
const NEEDED: Partial<Record<Machine, number>> = { resume: 2 };

type Asking = Pick<ControlDependencies, 'authority' | 'statements' | 'settings'>;

/** Checks that it is known who asks, before anybody else is asked. */
export const requestApproval: Step<Asking> = async ({ authority, statements, settings }, context) => {
  await authority.confirm(context.executor);
  const said = await statements.about(context.name);
  const reasons = requesterReasons(context, said);
  if (reasons.length > 0) return refusedFor('asking for approval', reasons);
  return done(`${inputText(context.input, 'requestedBy') ?? ''} asks for approval`, {
    waitingFor: approveText(context, settings.requireSecondPerson),
  });
};

/** Nobody can write a request under another one's name: IAM ties the item to its author. */
function requesterReasons({ input, name }: StepContext, said: readonly Statement[]): readonly string[] {
  const requestedBy = inputText(input, 'requestedBy');
  if (requestedBy === undefined) {
    return ['input.requestedBy must be the aws:userid of who asks, got nothing; start with npm run migration -- start'];
  }
  if (said.some(({ kind, userId }) => kind === 'request' && userId === requestedBy)) return [];
  return [
    `input.requestedBy must have written a request for ${name}, got none of ${requestedBy}; start with npm run migration -- start`,
  ];
}

const neededBy = ({ executor }: StepContext): number => NEEDED[executor.machine] ?? 1;

function approveText(context: StepContext, secondPerson: boolean): string {
  const needed = neededBy(context);
  const who = `${needed === 1 ? 'one person' : `${needed} different people`}${secondPerson ? ', not who asked' : ''}`;
  return `npm run migration -- approve ${context.name} (${who}), or refuse ${context.name}`;
}

/** Waits until enough people have approved; one who refuses ends it. */
export const awaitApproval: Step<Asking & Pick<ControlDependencies, 'progress' | 'clock'>> = async (
  dependencies,
  context,
) => {
  const { authority, statements, settings } = dependencies;
  await authority.confirm(context.executor);
  const said = await statements.about(context.name);
  const refusals = said.filter(({ kind }) => kind === 'refusal');
  const reasons = [...requesterReasons(context, said), ...refusals.map(refusalText)];
  if (reasons.length > 0) return refusedFor('going on', reasons);
  const requestedBy = inputText(context.input, 'requestedBy');
  const approvers = new Set(said.filter(({ kind }) => kind === 'approval').map(({ userId }) => userId));
  const asksToo = requestedBy !== undefined && approvers.has(requestedBy) && settings.requireSecondPerson;
  if (asksToo) approvers.delete(requestedBy);
  const [needed, count] = [neededBy(context), approvers.size];
  if (count >= needed)
    return done(`approved by ${[...approvers].sort().join(', ')}`, { approvers: [...approvers].sort() });
  const limit = { seconds: settings.approvalTimeoutMinutes * 60, what: 'approval' };
  const own = asksToo ? `; that of ${requestedBy}, who asked, does not count` : '';
  return (
    (await overdue(dependencies, context, limit)) ??
    wait(`${count} of ${needed} approvals${own}`, { waitingFor: approveText(context, settings.requireSecondPerson) })
  );
};
