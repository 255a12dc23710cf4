import { parseDefinition } from './definition-parser.ts';
import type { MatchingRule, SchemaNames } from './matching-rule.ts';
import { matchingRules } from './matching-rules.ts';
import { standardAttributeTypes } from './standard-attribute-types.ts';
import { standardObjectClasses } from './standard-object-classes.ts';
import { type SyntaxDefinition, syntaxes } from './syntaxes.ts';

/** RFC 4512 section 2.5.1. */
export interface AttributeType {
  /** The first name in lower case: the one key under which the type is known. */
  readonly key: string;
  readonly oid: string;
  /** The first name as it is written in answers. */
  readonly name: string;
  readonly superior: AttributeType | undefined;
  readonly syntax: SyntaxDefinition;
  readonly equality: MatchingRule | undefined;
  readonly ordering: MatchingRule | undefined;
  readonly substrings: MatchingRule | undefined;
  readonly singleValue: boolean;
  /** Kept by the server: shown only by name or `+` (RFC 4512 section 3.4). */
  readonly operational: boolean;
  readonly definition: string;
}

/** RFC 4512 section 2.4. */
export interface ObjectClass {
  readonly key: string;
  readonly oid: string;
  readonly name: string;
  readonly kind: 'abstract' | 'structural' | 'auxiliary';
  readonly superiors: readonly ObjectClass[];
  readonly must: readonly AttributeType[];
  readonly may: readonly AttributeType[];
  readonly definition: string;
}

/** A type with options (RFC 4512 section 2.5). */
export interface AttributeDescription {
  readonly type: AttributeType;
  /** In lower case, sorted. */
  readonly options: readonly string[];
  /** As it is written in answers. */
  readonly text: string;
}

export interface SchemaOptions {
  /** Definitions beside the standard ones, in the form of RFC 4512 section 4.1. */
  readonly attributeTypes?: readonly string[];
  readonly objectClasses?: readonly string[];
}

/** Attribute types, object classes, matching rules and syntaxes, found by any of their names. */
export class Schema implements SchemaNames {
  readonly attributeTypes: readonly AttributeType[];
  readonly objectClasses: readonly ObjectClass[];
  readonly matchingRules = matchingRules;
  readonly syntaxes = syntaxes;
  readonly #types = new Map<string, AttributeType>();
  readonly #classes = new Map<string, ObjectClass>();
  readonly #rules = new Map<string, MatchingRule>();
  readonly #subtypes = new Map<AttributeType, readonly AttributeType[]>();
  readonly #descriptions = new Map<string, AttributeDescription>();

  constructor({ attributeTypes = [], objectClasses = [] }: SchemaOptions = {}) {
    for (const rule of matchingRules) {
      this.#rules.set(rule.oid, rule).set(rule.name.toLowerCase(), rule);
    }
    this.attributeTypes = [...standardAttributeTypes, ...attributeTypes].map((definition) =>
      this.#addType(definition),
    );
    this.objectClasses = [...standardObjectClasses, ...objectClasses].map((definition) =>
      this.#addClass(definition),
    );
    for (const type of this.attributeTypes) {
      this.#subtypes.set(
        type,
        this.attributeTypes.filter((other) => isWithin(other, type)),
      );
    }
  }

  #addType(definition: string): AttributeType {
    const { oid, names, clauses } = parseDefinition(definition);
    const name = names[0] ?? oid;
    const word = (keyword: string) => clauses.get(keyword)?.[0];
    const superiorName = word('SUP');
    const superior = superiorName === undefined ? undefined : this.attributeType(superiorName);
    const rule = (keyword: string) => {
      const ruleName = word(keyword);
      return ruleName === undefined ? undefined : this.matchingRule(ruleName);
    };
    const syntaxOid = word('SYNTAX')?.replace(/\{\d+\}$/, '');
    const syntax = syntaxes.find((known) => known.oid === syntaxOid) ?? superior?.syntax;
    if (syntax === undefined) throw new Error(`attribute type ${name} has no known syntax`);
    const type: AttributeType = {
      key: name.toLowerCase(),
      oid,
      name,
      superior,
      syntax,
      equality: rule('EQUALITY') ?? superior?.equality,
      ordering: rule('ORDERING') ?? superior?.ordering,
      substrings: rule('SUBSTR') ?? superior?.substrings,
      singleValue: clauses.has('SINGLE-VALUE'),
      operational: (word('USAGE') ?? 'userApplications') !== 'userApplications',
      definition,
    };
    const description = { type, options: [], text: name };
    for (const known of [oid, ...names]) {
      this.#types.set(known.toLowerCase(), type);
      this.#descriptions.set(known, description).set(known.toLowerCase(), description);
    }
    return type;
  }

  #addClass(definition: string): ObjectClass {
    const { oid, names, clauses } = parseDefinition(definition);
    const name = names[0] ?? oid;
    const required = <T>(found: T | undefined, missing: string): T => {
      if (found === undefined) throw new Error(`object class ${name} names unknown ${missing}`);
      return found;
    };
    const typesOf = (keyword: string) =>
      (clauses.get(keyword) ?? []).map((type) => required(this.attributeType(type), type));
    const objectClass: ObjectClass = {
      key: name.toLowerCase(),
      oid,
      name,
      kind: clauses.has('ABSTRACT')
        ? 'abstract'
        : clauses.has('AUXILIARY')
          ? 'auxiliary'
          : 'structural',
      superiors: (clauses.get('SUP') ?? []).map((sup) => required(this.objectClass(sup), sup)),
      must: typesOf('MUST'),
      may: typesOf('MAY'),
      definition,
    };
    for (const known of [oid, ...names]) this.#classes.set(known.toLowerCase(), objectClass);
    return objectClass;
  }

  /** By name or OID, in any case. */
  attributeType(name: string): AttributeType | undefined {
    return this.#types.get(name) ?? this.#types.get(name.toLowerCase());
  }

  objectClass(name: string): ObjectClass | undefined {
    return this.#classes.get(name.toLowerCase());
  }

  matchingRule(name: string): MatchingRule | undefined {
    return this.#rules.get(name.toLowerCase());
  }

  /** The type itself and everything derived from it (RFC 4512 section 2.5.1). */
  subtypesOf(type: AttributeType): readonly AttributeType[] {
    return this.#subtypes.get(type) ?? [type];
  }

  /** A description with its options; undefined where the type is unknown. */
  describe(text: string): AttributeDescription | undefined {
    const known = this.#descriptions.get(text);
    if (known !== undefined) return known;
    const [name = '', ...given] = text.split(';');
    const type = this.attributeType(name.trim());
    if (type === undefined) return undefined;
    const options = [...new Set(given.map((option) => option.toLowerCase()))].sort();
    return { type, options, text: [type.name, ...options].join(';') };
  }

  /** The classes named and all that they derive from, most general last within each chain. */
  withSuperiors(classes: readonly ObjectClass[]): readonly ObjectClass[] {
    const all = new Set<ObjectClass>();
    const add = (objectClass: ObjectClass) => {
      if (all.has(objectClass)) return;
      all.add(objectClass);
      objectClass.superiors.forEach(add);
    };
    classes.forEach(add);
    return [...all];
  }

  attributeKey(name: string): string | undefined {
    return this.attributeType(name)?.key;
  }

  equalityOf(attributeKey: string): MatchingRule | undefined {
    return this.#types.get(attributeKey)?.equality;
  }

  elementKey(name: string): string | undefined {
    return (this.objectClass(name) ?? this.attributeType(name) ?? this.matchingRule(name))?.oid;
  }
}

function isWithin(type: AttributeType, ancestor: AttributeType): boolean {
  for (let at: AttributeType | undefined = type; at !== undefined; at = at.superior) {
    if (at === ancestor) return true;
  }
  return false;
}
