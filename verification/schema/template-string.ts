/** A string of Terraform JSON taken apart. */
export interface TemplateString {
  /** The text of each `${…}` and `%{…}` in it, without the marks. */
  readonly expressions: readonly string[];
  /** Whether the string is one `${…}` and nothing else: then its value has any type, else it is a string. */
  readonly isOneExpression: boolean;
}

/** Takes a string apart. `$${` and `%%{` are literal text and start no expression. */
export function parseTemplateString(text: string): TemplateString {
  const expressions: string[] = [];
  let isOneExpression = false;
  for (let at = 0; at < text.length;) {
    if (text.startsWith('$${', at) || text.startsWith('%%{', at)) {
      at += 3;
    } else if (text.startsWith('${', at) || text.startsWith('%{', at)) {
      const end = closingBrace(text, at + 2);
      expressions.push(text.slice(at + 2, end));
      isOneExpression = at === 0 && text.startsWith('${') && end === text.length - 1;
      at = end + 1;
    } else {
      at += 1;
    }
  }
  return { expressions, isOneExpression };
}

/** The position of the brace that closes the one before `from`; the end of the text when none does. */
function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at + 1);
    else if (character === '{') depth += 1;
    else if (character === '}' && --depth === 0) return at;
  }
  return text.length;
}

/**
 * The position of the quote that closes a string whose content starts at `from`. The string may hold templates, and these
 * strings of their own.
 */
export function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
    else if (text.startsWith('$${', at) || text.startsWith('%%{', at)) at += 2;
    else if (text.startsWith('${', at) || text.startsWith('%{', at)) at = closingBrace(text, at + 2);
  }
  return text.length;
}
