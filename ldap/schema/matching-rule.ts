/** What a rule must look up to compare names of schema elements. */
export interface SchemaNames {
  /** The one key of an attribute type, by name or OID in any case; undefined if unknown. */
  attributeKey(name: string): string | undefined;
  /** The equality rule of an attribute type. */
  equalityOf(attributeKey: string): MatchingRule | undefined;
  /** The one key of any named schema element. */
  elementKey(name: string): string | undefined;
}

/** Where a piece of a substring assertion stands. */
export type PiecePosition = 'initial' | 'any' | 'final';

/**
 * A matching rule (RFC 4517 section 4) as a way to a key: two values match where their keys are the
 * same string. Rules of other kinds work on the keys of their equality sibling.
 */
export interface MatchingRule {
  readonly oid: string;
  readonly name: string;
  readonly kind: 'equality' | 'ordering' | 'substrings' | 'bitwise' | 'chain';
  /** OID of the assertion syntax. */
  readonly syntax: string;
  /** Whether the rule works on octets; text is decoded from UTF-8 first otherwise. */
  readonly octets: boolean;
  /** Syntaxes of the attributes that it applies to. */
  readonly appliesTo: ReadonlySet<string>;
  /** Key of an attribute value, or undefined where it does not fit the rule's syntax. */
  key(value: string, names: SchemaNames): string | undefined;
  /** Key of an assertion value, where it is made otherwise. */
  assertionKey?(value: string, names: SchemaNames): string | undefined;
  /** Ordering rules: like a sort function, on keys. */
  compare?(left: string, right: string): number;
  /** Substring rules: the piece as it appears within keys. */
  piece?(value: string, position: PiecePosition): string | undefined;
  /** Bitwise rules: whether a value's key has the bits of the assertion's. */
  bits?(value: string, assertion: string): boolean;
}
