import { badRequest, type ScimError, type ScimType, shown } from '../error.ts';
import { filterLimits } from '../limits.ts';
import { type Leniency, tolerates } from '../profiles.ts';
import { type Comparison, comparisons, type Filter, type Literal } from './filter.ts';
import { type Token, tokenize } from './lexer.ts';

/** A PATCH path as it was written: `attribute`, `attribute[filter]` or `attribute[filter].sub`. */
export interface Path {
  readonly path: string;
  readonly filter: Filter | undefined;
  readonly sub: string | undefined;
}

/**
 * Parses the whole grammar of RFC 7644 section 3.4.2.2, and `emails[type eq "work"].value eq "x"` as
 * Entra ID writes it, which means `emails[type eq "work" and value eq "x"]`.
 *
 * @throws ScimError 400 `invalidFilter`, saying where, also beyond the bounds of `filterLimits`.
 */
export function parseFilter(text: string, leniency: Leniency): Filter {
  const parser = new Parser(text, 'invalidFilter', leniency);
  const filter = parser.disjunction(0);
  parser.end();
  return filter;
}

/**
 * Parses the path of a PATCH operation (RFC 7644 section 3.5.2).
 *
 * @throws ScimError 400 `invalidPath`; a fault inside the brackets is `invalidFilter`.
 */
export function parsePath(text: string, leniency: Leniency): Path {
  return new Parser(text, 'invalidPath', leniency).path();
}

const plainName = /^\$?[a-z][\w$-]*(\.\$?[a-z][\w$-]*)?$/i;
const urnName = /^urn:\S+$/i;
const number = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

class Parser {
  readonly #tokens: readonly Token[];
  readonly #leniency: Leniency;
  #fault: ScimType;
  #position = 0;
  #nodes = 0;

  constructor(text: string, fault: ScimType, leniency: Leniency) {
    this.#tokens = tokenize(text, fault);
    this.#fault = fault;
    this.#leniency = leniency;
  }

  disjunction(depth: number): Filter {
    return this.#joined('or', depth, () => this.#joined('and', depth, () => this.#term(depth)));
  }

  path(): Path {
    const path = this.#name(this.#next());
    let filter: Filter | undefined;
    let sub: string | undefined;
    if (this.#peek()?.kind === '[') {
      this.#fault = 'invalidFilter';
      filter = this.#brackets(0);
      this.#fault = 'invalidPath';
      sub = this.#subAttribute();
    }
    this.end();
    return { path, filter, sub };
  }

  end(): void {
    const token = this.#peek();
    if (token !== undefined) throw this.#unexpected(token, 'the end');
  }

  #joined(op: 'and' | 'or', depth: number, part: () => Filter): Filter {
    const first = part();
    const of = [first];
    while (this.#takeKeyword(op)) of.push(part());
    if (of.length === 1) return first;
    this.#count(depth);
    return { op, of };
  }

  #term(depth: number): Filter {
    this.#count(depth);
    if (this.#peek()?.kind === '(') return this.#group(depth);
    if (this.#takeKeyword('not')) return { op: 'not', of: this.#group(depth) };
    const path = this.#name(this.#next());
    if (this.#peek()?.kind !== '[') return this.#comparison(path);
    const of = this.#brackets(depth);
    const sub = this.#subAttribute();
    if (sub === undefined) return { op: 'some', path, of };
    this.#count(depth + 1);
    return { op: 'some', path, of: { op: 'and', of: [of, this.#comparison(sub)] } };
  }

  #group(depth: number): Filter {
    this.#expect('(');
    const filter = this.disjunction(depth + 1);
    this.#expect(')');
    return filter;
  }

  #brackets(depth: number): Filter {
    this.#expect('[');
    const filter = this.disjunction(depth + 1);
    this.#expect(']');
    return filter;
  }

  /** The `.value` right behind a closing bracket. */
  #subAttribute(): string | undefined {
    const token = this.#peek();
    if (token?.kind !== 'word' || !token.text.startsWith('.')) return undefined;
    this.#position += 1;
    return this.#name({ ...token, text: token.text.slice(1) });
  }

  #comparison(path: string): Filter {
    const token = this.#next();
    const operator = token?.kind === 'word' ? token.text.toLowerCase() : '';
    if (operator === 'pr') return { op: 'present', path };
    if (!isComparison(operator)) throw this.#unexpected(token, `an operator after ${shown(path)}`);
    return { op: 'compare', path, comparison: operator, value: this.#literal() };
  }

  #literal(): Literal {
    const token = this.#next();
    if (token?.kind === 'string') return token.text;
    if (token?.kind !== 'word') throw this.#unexpected(token, 'a value');
    const lower = token.text.toLowerCase();
    if (lower === 'true' || lower === 'false') return lower === 'true';
    if (lower === 'null') return null;
    if (number.test(token.text) && Number.isFinite(Number(token.text))) return Number(token.text);
    const bare = token.text.isWellFormed() && !token.text.startsWith("'");
    if (bare && tolerates(this.#leniency, 'unquotedFilterValue')) return token.text;
    throw this.#unexpected(token, 'a value: text stands in double quotes');
  }

  #name(token: Token | undefined): string {
    if (token?.kind === 'word' && (plainName.test(token.text) || urnName.test(token.text))) {
      return token.text;
    }
    throw this.#unexpected(token, 'the name of an attribute');
  }

  #takeKeyword(keyword: 'and' | 'or' | 'not'): boolean {
    const token = this.#peek();
    if (token?.kind !== 'word' || token.text.toLowerCase() !== keyword) return false;
    this.#position += 1;
    return true;
  }

  #expect(kind: '(' | ')' | '[' | ']'): void {
    const token = this.#next();
    if (token?.kind !== kind) throw this.#unexpected(token, `"${kind}"`);
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#position];
  }

  #next(): Token | undefined {
    const token = this.#peek();
    this.#position += 1;
    return token;
  }

  #count(depth: number): void {
    this.#nodes += 1;
    if (depth > filterLimits.depth) {
      throw badRequest(this.#fault, `The expression nests deeper than ${filterLimits.depth}`);
    }
    if (this.#nodes > filterLimits.nodes) {
      throw badRequest(this.#fault, `The expression has more than ${filterLimits.nodes} parts`);
    }
  }

  #unexpected(token: Token | undefined, wanted: string): ScimError {
    const found =
      token === undefined
        ? 'it ends'
        : `${'text' in token ? shown(token.text) : `"${token.kind}"`} stands at position ${token.at}`;
    return badRequest(this.#fault, `Expected ${wanted}, but ${found}`);
  }
}

function isComparison(text: string): text is Comparison {
  return (comparisons as readonly string[]).includes(text);
}
