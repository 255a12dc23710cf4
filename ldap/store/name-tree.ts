import { formatRdn, type Rdn } from '../dn/dn.ts';
import { normalizeDn, normalizeDnText } from '../dn/normalize-dn.ts';
import { parseDn } from '../dn/parse-dn.ts';
import { EntryError } from '../entry/entry-error.ts';
import type { Schema } from '../schema/schema.ts';
import type { StoredEntry } from './stored-entry.ts';

export type Lookup =
  | { readonly kind: 'found'; readonly entry: StoredEntry }
  /** `nearest`: the deepest entry above the name that exists. */
  | { readonly kind: 'missing'; readonly nearest: StoredEntry | undefined }
  | { readonly kind: 'invalid' };

/** DN texts whose normal form is remembered: clients repeat a handful of bases. */
const rememberedNames = 1024;
const rememberedLength = 256;

/** The names of one naming context: from DN to entry and back. */
export class NameTree {
  /** As it is written in answers. */
  readonly suffix: string;
  readonly suffixRdn: Rdn;
  readonly #suffixKey: string;
  readonly #schema: Schema;
  readonly #keys = new Map<string, string>();
  #root: StoredEntry | undefined;
  #renames = 0;

  /** Throws EntryError for a suffix that is no DN or has no RDN. */
  constructor(suffix: string, schema: Schema) {
    const dn = parseDn(suffix);
    const [rdn] = dn ?? [];
    if (dn === undefined || rdn === undefined) {
      throw new EntryError('bad-suffix', `not a DN for a suffix: ${suffix}`);
    }
    this.suffix = dn.map(formatRdn).join(',');
    this.suffixRdn = rdn;
    this.#suffixKey = normalizeDn(dn, schema);
    this.#schema = schema;
  }

  /** Puts an entry in its place; without a parent it is the topmost one. */
  attach(entry: StoredEntry): void {
    const { parent } = entry;
    if (parent === undefined) {
      this.#root = entry;
      return;
    }
    parent.children ??= new Map();
    parent.children.set(entry.rdnKey, entry);
    countDescendants(parent, 1 + entry.descendants);
  }

  detach(entry: StoredEntry): void {
    const { parent } = entry;
    if (parent === undefined) return;
    parent.children?.delete(entry.rdnKey);
    if (parent.children?.size === 0) parent.children = undefined;
    countDescendants(parent, -1 - entry.descendants);
  }

  /** Renames and moves an entry with all below it. */
  move(entry: StoredEntry, parent: StoredEntry, rdn: Rdn, rdnKey: string): void {
    if (parent !== entry.parent || rdnKey !== entry.rdnKey) {
      this.detach(entry);
      entry.parent = parent;
      entry.rdnKey = rdnKey;
      this.attach(entry);
    }
    entry.rdn = formatRdn(rdn);
    this.#renames += 1;
  }

  /** Throws EntryError where another entry than `self` has the name. */
  assertFree(parent: StoredEntry | undefined, rdnKey: string, self: StoredEntry | undefined): void {
    const holder = parent?.children?.get(rdnKey);
    if (holder !== undefined && holder !== self) {
      throw new EntryError('name-taken', `another entry is named ${rdnKey}`);
    }
  }

  /** By DN as a client writes it. */
  lookup(dn: string): Lookup {
    let key = this.#keys.get(dn);
    if (key === undefined) {
      key = normalizeDnText(dn, this.#schema);
      if (key === undefined) return { kind: 'invalid' };
      if (this.#keys.size >= rememberedNames) this.#keys.clear();
      if (dn.length <= rememberedLength) this.#keys.set(dn, key);
    }
    return this.lookupKey(key);
  }

  /** By a DN's normal form. */
  lookupKey(key: string): Lookup {
    const root = this.#root;
    const above = key.length - this.#suffixKey.length - 1;
    if (root === undefined || !key.endsWith(this.#suffixKey)) {
      return { kind: 'missing', nearest: undefined };
    }
    if (above === -1) return { kind: 'found', entry: root };
    if (above === 0 || key[above] !== ',') return { kind: 'missing', nearest: undefined };
    let entry = root;
    for (const rdnKey of rdnKeys(key.slice(0, above)).reverse()) {
      const child = entry.children?.get(rdnKey);
      if (child === undefined) return { kind: 'missing', nearest: entry };
      entry = child;
    }
    return { kind: 'found', entry };
  }

  dnOf(entry: StoredEntry): string {
    const { parent } = entry;
    if (parent === undefined) return entry.rdn;
    if (entry.children === undefined) return `${entry.rdn},${this.dnOf(parent)}`;
    if (entry.dnText === undefined || entry.dnStamp !== this.#renames) {
      entry.dnText = `${entry.rdn},${this.dnOf(parent)}`;
      entry.dnStamp = this.#renames;
    }
    return entry.dnText;
  }
}

function countDescendants(from: StoredEntry, change: number): void {
  for (let at: StoredEntry | undefined = from; at !== undefined; at = at.parent) {
    at.descendants += change;
  }
}

/** The RDNs of a normal form, cut at the commas that are not escaped. */
function rdnKeys(key: string): string[] {
  if (!key.includes('\\')) return key.split(',');
  return key.match(/(?:\\.|[^,\\])+/gs) ?? [];
}
