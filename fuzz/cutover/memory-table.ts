/** A command of the document client, as far as it is looked at here. */
interface Command {
  readonly constructor: { readonly name: string };
  readonly input: Input;
}

interface Input {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
}

type Item = Readonly<Record<string, unknown>>;

/**
 * The table `migration-state` in memory, as far as the authority uses it: get, put and update of single items, with conditions
 * of equality and of presence, joined by AND, and alternatives in brackets. A test holds it equal to a real table.
 */
export class MemoryTable {
  readonly items = new Map<string, Item>();

  /** @param unconditional whether conditions count for nothing */
  constructor(
    private readonly onChange: (key: string, item: Item) => void = () => undefined,
    private readonly unconditional = false,
  ) {}

  send(command: unknown): Promise<unknown> {
    const { constructor, input } = command as Command;
    return Promise.resolve().then(() => this.apply(constructor.name, input));
  }

  private apply(command: string, input: Input): unknown {
    const key = keyOf(input.Key ?? input.Item ?? {});
    const found = this.items.get(key);
    if (command === 'GetCommand') return { Item: found };
    const { ConditionExpression: condition } = input;
    if (!this.unconditional && condition !== undefined && !holds(condition, found ?? {}, input)) {
      throw Object.assign(new Error('The conditional request failed'), { name: 'ConditionalCheckFailedException' });
    }
    const next = command === 'PutCommand' ? (input.Item ?? {}) : updated(found ?? { ...input.Key }, input);
    this.items.set(key, next);
    this.onChange(key, next);
    return { Attributes: next };
  }
}

const keyOf = ({ pk, sk }: Item): string => `${String(pk)}/${String(sk)}`;

const namesOf = (path: string, { ExpressionAttributeNames: names = {} }: Input): string[] =>
  path.split('.').map((part) => names[part] ?? part);

const valueAt = (item: Item, names: readonly string[]): unknown =>
  names.reduce<unknown>((value, name) => (value as Item | undefined)?.[name], item);

function holds(condition: string, item: Item, input: Input): boolean {
  return conjuncts(condition).every((part) =>
    part.startsWith('(')
      ? part
          .slice(1, -1)
          .split(' OR ')
          .some((each) => isTrue(each, item, input))
      : isTrue(part, item, input),
  );
}

/** The parts between AND. In brackets there is none. */
const conjuncts = (condition: string): string[] => condition.split(' AND ');

function isTrue(test: string, item: Item, input: Input): boolean {
  const [, negated, present] = /^attribute_(not_)?exists\(([^)]+)\)$/.exec(test) ?? [];
  if (present !== undefined) {
    return (valueAt(item, namesOf(present, input)) === undefined) === (negated !== undefined);
  }
  const [, path, operator, place] = /^(\S+) (=|<>) (\S+)$/.exec(test) ?? [];
  if (path === undefined || place === undefined) throw new Error(`the condition is not known here: ${test}`);
  const isEqual = valueAt(item, namesOf(path, input)) === input.ExpressionAttributeValues?.[place];
  return isEqual === (operator === '=');
}

function updated(item: Item, input: Input): Item {
  const [, sets = '', removes = ''] = /^(?:SET (.*?))?(?: ?REMOVE (.*))?$/.exec(input.UpdateExpression ?? '') ?? [];
  let next = item;
  for (const assignment of sets === '' ? [] : sets.split(', ')) {
    const [path = '', place = ''] = assignment.split(' = ');
    next = withValue(next, namesOf(path, input), input.ExpressionAttributeValues?.[place]);
  }
  for (const path of removes === '' ? [] : removes.split(', ')) next = withValue(next, namesOf(path, input), undefined);
  return next;
}

function withValue(item: Item, [name = '', ...rest]: readonly string[], value: unknown): Item {
  if (rest.length > 0) return { ...item, [name]: withValue((item[name] ?? {}) as Item, rest, value) };
  if (value !== undefined) return { ...item, [name]: value };
  const { [name]: _, ...others } = item;
  return others;
}
