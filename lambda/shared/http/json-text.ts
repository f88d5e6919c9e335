/** A name, text or number in a JSON text, and where it is. */
export interface JsonToken {
  /** A JSON pointer; a name's is that of its member. */
  readonly pointer: string;
  readonly kind: 'name' | 'string' | 'number';
  /** The decoded text; a number as it is written. */
  readonly text: string;
}

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[[\]{},:]/g;

interface Level {
  readonly pointer: string;
  /** The present item's place in a list; undefined in an object. */
  index: number | undefined;
  /** The present member's name in an object. */
  name: string;
  /** Whether the next text is a member's name. */
  expectsName: boolean;
}

/**
 * The names, texts and numbers of a JSON text in their order: also the members that `JSON.parse` drops because a later one has
 * the same name, and numbers with all their digits. Nesting costs no stack.
 * @param json text that `JSON.parse` takes
 */
export function jsonTokens(json: string): JsonToken[] {
  const tokens: JsonToken[] = [];
  const levels: Level[] = [];
  for (const [token] of json.matchAll(TOKENS)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      const index = token === '[' ? 0 : undefined;
      levels.push({ pointer: pointerOf(level), index, name: '', expectsName: index === undefined });
    } else if (token === '}' || token === ']') levels.pop();
    else if (token === ',') nextItem(level);
    else if (token === ':') continue;
    else if (!token.startsWith('"')) tokens.push({ pointer: pointerOf(level), kind: 'number', text: token });
    else {
      const text = JSON.parse(token) as string;
      const isName = level?.expectsName === true;
      if (isName) Object.assign(level, { name: text, expectsName: false });
      tokens.push({ pointer: pointerOf(level), kind: isName ? 'name' : 'string', text });
    }
  }
  return tokens;
}

function nextItem(level: Level | undefined): void {
  if (level === undefined) return;
  if (level.index === undefined) level.expectsName = true;
  else level.index += 1;
}

/** @see https://www.rfc-editor.org/rfc/rfc6901 */
const pointerOf = (level: Level | undefined): string =>
  level === undefined
    ? ''
    : `${level.pointer}/${level.index ?? level.name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
