import type { Visibility } from './entry/visibility.ts';
import type { EntryStore } from './store/entry-store.ts';
import type { StoredEntry } from './store/stored-entry.ts';

/**
 * What the library asks of its user. Tenancy is by construction: a bound connection holds an
 * identity, an identity leads to one organization's store, and no operation reaches another.
 */
export interface LdapDirectory<Identity> {
  /**
   * Checks a name and a password. Takes the same time and gives the same answer for an unknown name,
   * a disabled member and a wrong password. An empty password never comes here.
   */
  bind(attempt: BindAttempt): BindOutcome<Identity> | Promise<BindOutcome<Identity>>;
  /**
   * What the identity may read now; asked for with every operation, so it must be quick. Undefined
   * once it may read nothing any more: the connection becomes anonymous.
   */
  view(identity: Identity): DirectoryView | undefined;
  /** Suffixes for the root DSE; what an anonymous reader may know when there is no identity. */
  namingContexts(identity: Identity | undefined): readonly string[];
}

export interface BindAttempt {
  /** As the client sent it: a DN, or another name such as `alice@acme.com` or `ACME\alice`. */
  readonly name: string;
  /** Not empty. Do not keep it: the octets belong to the connection's buffer. */
  readonly password: Uint8Array;
  readonly connection: PeerConnection;
}

export interface PeerConnection {
  readonly address: string;
  /** Under TLS. */
  readonly secure: boolean;
}

export type BindOutcome<Identity> =
  /** `dn`: the authorization identity, as WhoAmI tells it. */
  | { readonly kind: 'accepted'; readonly identity: Identity; readonly dn: string }
  | { readonly kind: 'refused'; readonly reason: BindRefusal };

/** `must-change-password`: right, but a first-use password that an administrator typed. */
export type BindRefusal =
  | 'invalid-credentials'
  | 'must-change-password'
  | 'too-many-attempts'
  | 'unavailable';

/** One organization as one identity sees it. */
export interface DirectoryView {
  readonly store: EntryStore;
  /** Entries and attributes that are hidden; nothing is when absent. */
  readonly visibility?: Visibility<StoredEntry>;
  /** Entries that a search without paging may return; the listener's own limit when absent. */
  readonly sizeLimit?: number;
}
