import type { Attributes, Plan } from './plan';

/** The databases' right to write, as the plan read it from the item. */
export type Authority = 'on-prem' | 'aurora' | 'frozen';

const AUTHORITIES: readonly Authority[] = ['on-prem', 'aurora', 'frozen'];

/** Whether an item is the one that says which database may be written. */
export function isAuthorityItem(values: Attributes | undefined): boolean {
  return itemOf(values)?.pk?.S === 'authority';
}

/** What the item said when the plan read it; undefined where the plan does not hold it. */
export function authorityOf({ changes }: Pick<Plan, 'changes'>): Authority | undefined {
  const said = changes
    .filter(({ type, before }) => type === 'aws_dynamodb_table_item' && isAuthorityItem(before))
    .map(({ before }) => itemOf(before)?.authority?.S);
  return AUTHORITIES.find((authority) => said.includes(authority));
}

type Item = Readonly<Record<string, { readonly S?: string } | undefined>>;

function itemOf(values: Attributes | undefined): Item | undefined {
  if (typeof values?.item !== 'string') return undefined;
  try {
    return JSON.parse(values.item) as Item;
  } catch {
    return undefined;
  }
}
