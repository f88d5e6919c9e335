import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { requireAccount } from './account';
import type { Operation } from './dependencies';
import { executionName } from './target';
import { listText, momentText } from './text';

const ITEM = z.looseObject({
  sk: z.string(),
  at: z.number().optional(),
  started_at: z.number().optional(),
  authority: z.string().optional(),
  epoch: z.number().optional(),
  frozen_from: z.string().optional(),
  by: z.string().optional(),
  reason: z.string().optional(),
  execution: z.string().optional(),
  machine: z.string().optional(),
  token: z.number().optional(),
});

type HistoryItem = z.output<typeof ITEM>;

/** Of what began at the same moment: who might act, then who might write, then what was done meanwhile. */
const RANKS = ['lease', 'authority', 'freeze'];

/** Tells what authority and leases were, the oldest first. */
export async function history(operation: Operation, { json }: { readonly json: boolean }): Promise<void> {
  const { say } = operation;
  await requireAccount(operation);
  const items = (await readHistory(operation)).sort(inOrder);
  if (json) say(JSON.stringify(items));
  else if (items.length === 0) say('There is no history yet: nothing was changed since the table was created.');
  else for (const item of items) say(historyText(item));
}

async function readHistory({ target, clients }: Operation): Promise<HistoryItem[]> {
  const pages = paginateQuery(
    { client: clients.dynamodb },
    {
      TableName: target.stateTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'history' },
      ConsistentRead: true,
    },
  );
  const found: HistoryItem[] = [];
  for await (const { Items: items = [] } of pages) found.push(...items.map((item) => ITEM.parse(item)));
  return found;
}

const kindOf = ({ sk }: HistoryItem): string => sk.split('#')[0] ?? sk;
/** What was there from the beginning has no time. */
const momentOf = ({ at, started_at: startedAt }: HistoryItem): number => at ?? startedAt ?? 0;

function inOrder(one: HistoryItem, other: HistoryItem): number {
  const byTime = momentOf(one) - momentOf(other);
  if (byTime !== 0) return byTime;
  const byRank = RANKS.indexOf(kindOf(one)) - RANKS.indexOf(kindOf(other));
  return byRank !== 0 ? byRank : one.sk.localeCompare(other.sk);
}

function historyText(item: HistoryItem): string {
  const moment = momentOf(item);
  return `${moment === 0 ? 'at the beginning'.padEnd(23) : momentText(moment)}  ${whatText(item)}`;
}

function whatText(item: HistoryItem): string {
  const { authority, epoch, frozen_from: from, by, reason, execution, machine, token } = item;
  const which = execution === undefined ? '' : executionName(execution);
  switch (kindOf(item)) {
    case 'authority':
      return [
        `epoch ${epoch}: ${authority}${from === undefined ? '' : ` from ${from}`}`,
        ...(reason === undefined ? [] : [reason]),
        ...(by === undefined ? [] : [`by ${by}${which === '' ? '' : `, ${which}`}`]),
      ].join(' | ');
    case 'freeze':
      return `epoch ${epoch}: done in the freeze | ${freezeText(item)}`;
    case 'lease':
      return `token ${token}: lease of ${machine} | ${which}`;
    default:
      return item.sk;
  }
}

/** How long after its beginning each thing was done. */
function freezeText(item: HistoryItem): string {
  const start = item.started_at ?? 0;
  const done = Object.entries(item)
    .flatMap(([name, value]) =>
      name.endsWith('_at') && name !== 'started_at' && typeof value === 'number'
        ? [[name.slice(0, -3), value] as const]
        : [],
    )
    .sort(([, one], [, other]) => one - other);
  return listText(
    done.map(([name, at]) => `${name} after ${Math.round((at - start) / 1000)} s`),
    'nothing',
  );
}
