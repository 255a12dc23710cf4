import { type EncodedAttributes, EncodedEntry } from '../entry/encoded-entry.ts';
import type { PostingList } from './posting-list.ts';

export interface StoredEntryFields {
  readonly id: number;
  readonly uuid: string;
  readonly parent: StoredEntry | undefined;
  readonly rdn: string;
  readonly rdnKey: string;
  readonly structuralClass: string;
  readonly createTimestamp: number;
  readonly modifyTimestamp: number;
  readonly tag: string | undefined;
}

/** An entry in its place in the tree. Only the store changes one. */
export class StoredEntry extends EncodedEntry {
  /** Grows with every new entry and is never used again; a rename keeps it. */
  readonly id: number;
  readonly uuid: string;
  parent: StoredEntry | undefined;
  /** RFC 4514 text; the whole suffix for the topmost entry. */
  rdn: string;
  /** Normal form of `rdn`. */
  rdnKey: string;
  /** Name of the most derived structural class (RFC 4512 section 2.4.2). */
  structuralClass: string;
  /** Milliseconds since 1970. */
  createTimestamp: number;
  modifyTimestamp: number;
  /** A mark of the directory's own, for its visibility; never shown. */
  tag: string | undefined;
  /** By normal RDN; undefined for a leaf. */
  children: Map<string, StoredEntry> | undefined;
  /** Entries below, at any depth. */
  descendants = 0;
  /** Ids of the members, for a group. */
  members: PostingList | undefined;
  /** Ids of the groups that this entry is a direct member of. */
  groups: PostingList | undefined;
  /** Own DN, kept for entries that have others below. */
  dnText: string | undefined;
  /** The store's count of renames when `dnText` was made. */
  dnStamp = -1;

  constructor(fields: StoredEntryFields, attributes: EncodedAttributes) {
    super(attributes);
    this.id = fields.id;
    this.uuid = fields.uuid;
    this.parent = fields.parent;
    this.rdn = fields.rdn;
    this.rdnKey = fields.rdnKey;
    this.structuralClass = fields.structuralClass;
    this.createTimestamp = fields.createTimestamp;
    this.modifyTimestamp = fields.modifyTimestamp;
    this.tag = fields.tag;
    this.children = undefined;
    this.members = undefined;
    this.groups = undefined;
    this.dnText = undefined;
  }

  /** Whether this entry is `base` or stands below it. */
  isWithin(base: StoredEntry): boolean {
    for (let at: StoredEntry | undefined = this; at !== undefined; at = at.parent) {
      if (at === base) return true;
    }
    return false;
  }
}
