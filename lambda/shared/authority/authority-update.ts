import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailed } from './authority-history';
import { AUTHORITY_KEY, type Item } from './dynamodb-authority';

/** What a change wants to find, and what it makes of it. Names are attributes, with dots for those within a map. */
export interface ConditionalUpdate {
  /** What an attribute must be; undefined: it must not be there. */
  readonly expected: Readonly<Record<string, unknown>>;
  /** Of these at least one must hold. An attribute that is absent is not what it must not be. @default nothing */
  readonly anyOf?: readonly {
    readonly attribute: string;
    readonly is?: unknown;
    readonly isNot?: unknown;
  }[];
  /** @default none */
  readonly mustExist?: readonly string[];
  readonly set?: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
}

/**
 * Changes the authority item in one conditional write.
 * @returns the item afterwards; undefined when it is not what the change wants to find
 */
export async function updateAuthorityItem(
  client: DynamoDBDocumentClient,
  tableName: string,
  { expected, anyOf = [], mustExist = [], set = {}, remove = [] }: ConditionalUpdate,
): Promise<Item | undefined> {
  const names = new Map<string, string>();
  const values: Record<string, unknown> = {};
  const path = (attribute: string): string => {
    const places = attribute.split('.').map((part) => `#${part}`);
    for (const place of places) names.set(place, place.slice(1));
    return places.join('.');
  };
  const value = (attribute: string, kind: string, wanted: unknown): string => {
    const place = `:${kind}_${attribute.replaceAll('.', '_')}`;
    values[place] = wanted;
    return place;
  };
  const alternative = ({ attribute, is, isNot }: NonNullable<ConditionalUpdate['anyOf']>[number]): string =>
    is === undefined
      ? `attribute_not_exists(${path(attribute)}) OR ${path(attribute)} <> ${value(attribute, 'not', isNot)}`
      : `${path(attribute)} = ${value(attribute, 'or', is)}`;
  const conditions = [
    // An update of an item that is absent would make one.
    ...['authority', ...mustExist].map((attribute) => `attribute_exists(${path(attribute)})`),
    ...Object.entries(expected).map(([attribute, wanted]) =>
      wanted === undefined
        ? `attribute_not_exists(${path(attribute)})`
        : `${path(attribute)} = ${value(attribute, 'is', wanted)}`,
    ),
    ...(anyOf.length === 0 ? [] : [`(${anyOf.map(alternative).join(' OR ')})`]),
  ];
  const sets = Object.entries(set).map(([attribute, next]) => `${path(attribute)} = ${value(attribute, 'set', next)}`);
  const changes = [
    ...(sets.length === 0 ? [] : [`SET ${sets.join(', ')}`]),
    ...(remove.length === 0 ? [] : [`REMOVE ${remove.map(path).join(', ')}`]),
  ];
  try {
    const { Attributes: item } = await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: AUTHORITY_KEY,
        UpdateExpression: changes.join(' '),
        ConditionExpression: conditions.join(' AND '),
        ExpressionAttributeNames: Object.fromEntries(names),
        ExpressionAttributeValues: values,
        ReturnValues: 'ALL_NEW',
      }),
    );
    return item;
  } catch (error) {
    if (isConditionFailed(error)) return undefined;
    throw error;
  }
}
