import { defaultFilterBounds, type Filter, type FilterBounds, FilterBudget } from './filter.ts';

/** Text that is no filter: says what was expected and at which character. */
export class FilterSyntaxError extends Error {
  override name = 'FilterSyntaxError';
}

const description = /^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)*)(?:;[A-Za-z0-9-]+)*$/;
const ruleName = /^(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)*)$/;

/** Reads a filter's text form (RFC 4515, with `(&)` and `(|)` of RFC 4526). */
export function parseFilter(text: string, bounds: FilterBounds = defaultFilterBounds): Filter {
  const parser = new FilterParser(text, new FilterBudget(bounds));
  return parser.parse();
}

class FilterParser {
  readonly #text: string;
  readonly #budget: FilterBudget;
  #at = 0;

  constructor(text: string, budget: FilterBudget) {
    this.#text = text;
    this.#budget = budget;
  }

  parse(): Filter {
    const filter = this.#filter(1);
    if (this.#at !== this.#text.length) this.#fail('the end of the filter');
    return filter;
  }

  #fail(expected: string): never {
    throw new FilterSyntaxError(`expected ${expected} at character ${this.#at + 1}`);
  }

  #expect(character: string): void {
    if (this.#text[this.#at] !== character) this.#fail(`"${character}"`);
    this.#at += 1;
  }

  #filter(depth: number): Filter {
    this.#budget.clause(depth);
    this.#expect('(');
    const filter = this.#content(depth);
    this.#expect(')');
    return filter;
  }

  #content(depth: number): Filter {
    const operator = this.#text[this.#at];
    if (operator === '&' || operator === '|') {
      this.#at += 1;
      const filters: Filter[] = [];
      while (this.#text[this.#at] === '(') filters.push(this.#filter(depth + 1));
      return { kind: operator === '&' ? 'and' : 'or', filters };
    }
    if (operator === '!') {
      this.#at += 1;
      return { kind: 'not', filter: this.#filter(depth + 1) };
    }
    return this.#item();
  }

  #item(): Filter {
    const equals = this.#text.indexOf('=', this.#at);
    if (equals < 0) this.#fail('"="');
    const before = this.#text[equals - 1];
    if (before === ':' && equals > this.#at) return this.#extensible(equals);
    const kind =
      before === '>'
        ? 'greaterOrEqual'
        : before === '<'
          ? 'lessOrEqual'
          : before === '~'
            ? 'approx'
            : 'equality';
    const attribute = this.#text.slice(this.#at, kind === 'equality' ? equals : equals - 1);
    if (!description.test(attribute)) this.#fail('an attribute description');
    this.#at = equals + 1;
    const pieces = this.#pieces();
    if (kind === 'equality' && pieces.length > 1) return this.#substrings(attribute, pieces);
    if (pieces.length > 1) this.#fail('a value without "*"');
    return { kind, attribute, value: pieces[0] ?? Buffer.alloc(0) };
  }

  #substrings(attribute: string, pieces: readonly Buffer[]): Filter {
    const first = pieces[0];
    const last = pieces.at(-1);
    const any = pieces.slice(1, -1);
    if (first?.length === 0 && last?.length === 0 && any.length === 0) {
      return { kind: 'present', attribute };
    }
    if (any.some(({ length }) => length === 0)) this.#fail('text between two "*"');
    const initial = first?.length ? first : undefined;
    const final = last?.length ? last : undefined;
    this.#budget.substrings(any.length + (initial ? 1 : 0) + (final ? 1 : 0));
    return { kind: 'substrings', attribute, initial, any, final };
  }

  #extensible(equals: number): Filter {
    const [attribute = '', ...rest] = this.#text.slice(this.#at, equals - 1).split(':');
    const dnAttributes = rest[0]?.toLowerCase() === 'dn';
    if (dnAttributes) rest.shift();
    const rule = rest.shift();
    if (rest.length > 0 || (attribute === '' && rule === undefined)) this.#fail('attr:dn:rule');
    if (attribute !== '' && !description.test(attribute)) this.#fail('an attribute description');
    if (rule !== undefined && !ruleName.test(rule)) this.#fail('a matching rule');
    this.#at = equals + 1;
    const pieces = this.#pieces();
    if (pieces.length > 1) this.#fail('a value without "*"');
    return {
      kind: 'extensible',
      rule,
      attribute: attribute === '' ? undefined : attribute,
      value: pieces[0] ?? Buffer.alloc(0),
      dnAttributes,
    };
  }

  /** The value up to the closing parenthesis, cut at each `*`, its escapes resolved. */
  #pieces(): Buffer[] {
    const pieces: Buffer[] = [];
    let octets: Buffer[] = [];
    let from = this.#at;
    const flush = () => {
      if (this.#at > from) octets.push(Buffer.from(this.#text.slice(from, this.#at)));
    };
    for (; this.#at < this.#text.length; this.#at += 1) {
      const character = this.#text[this.#at];
      if (character === ')') break;
      if (character === '(' || character === '\0') this.#fail('an escaped character');
      if (character === '*') {
        flush();
        pieces.push(Buffer.concat(octets));
        octets = [];
        from = this.#at + 1;
      } else if (character === '\\') {
        flush();
        const hex = this.#text.slice(this.#at + 1, this.#at + 3);
        if (!/^[0-9a-fA-F]{2}$/.test(hex)) this.#fail('two hexadecimal digits behind "\\"');
        octets.push(Buffer.from(hex, 'hex'));
        this.#at += 2;
        from = this.#at + 1;
      }
    }
    flush();
    pieces.push(Buffer.concat(octets));
    return pieces;
  }
}
