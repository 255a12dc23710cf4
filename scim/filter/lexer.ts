import { badRequest, type ScimType, shown } from '../error.ts';
import { filterLimits } from '../limits.ts';

/** A piece of a filter or a path; `at` is its offset in UTF-16 units. */
export type Token =
  | { readonly kind: '(' | ')' | '[' | ']'; readonly at: number }
  /** A name, keyword, number or bare value: the parser knows by its place. */
  | { readonly kind: 'word'; readonly at: number; readonly text: string }
  | { readonly kind: 'string'; readonly at: number; readonly text: string };

const piece = /[ \t\r\n]*(?:([()[\]])|("(?:[^"\\]|\\[\s\S])*")|([^\s()[\]"]+))/y;

/**
 * Cuts a filter or a path into tokens (RFC 7644 section 3.4.2.2). Text in quotes is a JSON string.
 *
 * @throws ScimError 400 with `fault` on a text that is too long or holds a malformed string.
 */
export function tokenize(text: string, fault: ScimType): readonly Token[] {
  if (text.length > filterLimits.characters) {
    throw badRequest(fault, `The expression is longer than ${filterLimits.characters} characters`);
  }
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  piece.lastIndex = 0;
  while (piece.lastIndex < end) {
    const start = piece.lastIndex;
    const match = piece.exec(text);
    if (match === null) {
      throw badRequest(fault, `Cannot read ${shown(text.slice(start))} at position ${start}`);
    }
    const [, bracket, quoted, word] = match;
    const at = piece.lastIndex - (bracket ?? quoted ?? word ?? '').length;
    if (quoted !== undefined) tokens.push({ kind: 'string', at, text: unquote(quoted, at, fault) });
    else if (word !== undefined) tokens.push({ kind: 'word', at, text: word });
    else tokens.push({ kind: bracket as '(' | ')' | '[' | ']', at });
  }
  return tokens;
}

function unquote(quoted: string, at: number, fault: ScimType): string {
  let text: string;
  try {
    text = JSON.parse(quoted) as string;
  } catch {
    throw badRequest(fault, `${shown(quoted)} at position ${at} is not a JSON string`);
  }
  if (!text.isWellFormed() || text.includes('\0')) {
    throw badRequest(fault, `The string at position ${at} holds NUL or half of a surrogate pair`);
  }
  return text;
}
