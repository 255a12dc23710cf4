/** Attribute type or object class as RFC 4512 section 4.1 writes it. */
export interface Definition {
  readonly oid: string;
  readonly names: readonly string[];
  /** Keyword in capitals → its words; a keyword without words has none. */
  readonly clauses: ReadonlyMap<string, readonly string[]>;
}

const flags = new Set([
  'ABSTRACT',
  'STRUCTURAL',
  'AUXILIARY',
  'SINGLE-VALUE',
  'COLLECTIVE',
  'NO-USER-MODIFICATION',
  'OBSOLETE',
]);

/** Reads one definition of our own schema tables; throws where it is malformed. */
export function parseDefinition(text: string): Definition {
  const tokens = text.match(/'[^']*'|[()$]|[^\s()$']+/g) ?? [];
  const clauses = new Map<string, readonly string[]>();
  const [open, oid] = tokens;
  if (open !== '(' || oid === undefined || tokens.at(-1) !== ')') {
    throw new Error(`not a schema definition: ${text}`);
  }
  let at = 2;
  while (at < tokens.length - 1) {
    const keyword = tokens[at] as string;
    at += 1;
    if (flags.has(keyword)) {
      clauses.set(keyword, []);
      continue;
    }
    const words: string[] = [];
    if (tokens[at] === '(') {
      for (at += 1; at < tokens.length && tokens[at] !== ')'; at += 1) {
        if (tokens[at] !== '$') words.push(unquote(tokens[at] as string));
      }
    } else words.push(unquote(tokens[at] ?? ''));
    at += 1;
    clauses.set(keyword, words);
  }
  return { oid, names: clauses.get('NAME') ?? [], clauses };
}

function unquote(token: string): string {
  return token.startsWith("'") ? token.slice(1, -1) : token;
}
