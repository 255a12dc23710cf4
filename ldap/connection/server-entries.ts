import { normalizeDnText } from '../dn/normalize-dn.ts';
import { type AttributeInput, prepareAttributes } from '../entry/attribute-input.ts';
import { EncodedEntry, encodeAttributes, ShapeRegistry } from '../entry/encoded-entry.ts';
import type { FilterContext } from '../filter/compiled-filter.ts';
import { Oid } from '../message/oids.ts';
import type { Scope } from '../message/requests.ts';
import type { Schema } from '../schema/schema.ts';
import { subschemaAttributes, subschemaDn } from '../schema/subschema-entry.ts';

export interface ServerDescription {
  readonly vendorName: string;
  readonly vendorVersion: string;
}

/** An entry of the server itself, which anyone may read. */
export interface ServerEntry {
  readonly dn: string;
  readonly entry: EncodedEntry;
}

/** The root DSE (RFC 4512 section 5.1) and the subschema entry (section 4.2). */
export class ServerEntries {
  readonly #schema: Schema;
  readonly #shapes = new ShapeRegistry();
  readonly #subschema: ServerEntry;
  readonly #description: ServerDescription;

  constructor(schema: Schema, description: ServerDescription) {
    this.#schema = schema;
    this.#description = description;
    const attributes = subschemaAttributes(schema, new Date());
    this.#subschema = { dn: subschemaDn, entry: this.#encode(attributes) };
  }

  #encode(input: AttributeInput): EncodedEntry {
    const { attributes } = prepareAttributes(input, [], this.#schema);
    return new EncodedEntry(encodeAttributes(attributes, this.#shapes));
  }

  /** The subschema, where the base names it and the scope holds it. */
  subschema(base: string, scope: Scope): ServerEntry | undefined {
    if (
      base.length > 64 ||
      base.includes(',') ||
      normalizeDnText(base, this.#schema) !== subschemaDn
    )
      return undefined;
    return scope === 'base' || scope === 'subtree' ? this.#subschema : undefined;
  }

  rootDse({
    namingContexts,
    startTls,
  }: {
    namingContexts: readonly string[];
    startTls: boolean;
  }): ServerEntry {
    const entry = this.#encode({
      objectClass: ['top', 'OpenLDAProotDSE'],
      namingContexts,
      defaultNamingContext: namingContexts[0],
      subschemaSubentry: subschemaDn,
      supportedLDAPVersion: '3',
      supportedControl: [Oid.pagedResults, Oid.manageDsaIt, Oid.passwordPolicy],
      supportedExtension: [Oid.whoAmI, Oid.cancel, ...(startTls ? [Oid.startTls] : [])],
      supportedFeatures: [Oid.allOperationalAttributes, Oid.absoluteTrueFalseFilters],
      vendorName: this.#description.vendorName,
      vendorVersion: this.#description.vendorVersion,
      structuralObjectClass: 'OpenLDAProotDSE',
      entryDN: '',
    });
    return { dn: '', entry };
  }

  filterContext(dn: string): FilterContext<EncodedEntry> {
    return { schema: this.#schema, virtuals: new Map(), visibility: {}, dnOf: () => dn };
  }
}
