import type { BindAttempt, BindOutcome, DirectoryView, LdapDirectory } from '../directory.ts';
import type { Visibility } from '../entry/visibility.ts';
import { Schema } from '../schema/schema.ts';
import { EntryStore } from '../store/entry-store.ts';
import type { StoredEntry } from '../store/stored-entry.ts';

export const schema = new Schema();
export const acmeSuffix = 'o=acme,dc=directory,dc=local';
const founded = new Date('2026-01-31T12:00:00Z');
export const times = { createTimestamp: founded, modifyTimestamp: founded };

/** entryUUIDs by the name of what they are. */
export const uuids = {
  organization: '00000000-0000-4000-8000-000000000001',
  people: '00000000-0000-4000-8000-000000000002',
  groups: '00000000-0000-4000-8000-000000000003',
  anna: '00000000-0000-4000-8000-00000000000a',
  ben: '00000000-0000-4000-8000-00000000000b',
  chloe: '00000000-0000-4000-8000-00000000000c',
  developers: '00000000-0000-4000-8000-0000000000d0',
  staff: '00000000-0000-4000-8000-0000000000d1',
} as const;

const family = { anna: 'Müller', ben: 'Smith, Jr.', chloe: 'Dubois' } as const;

/** Organization Acme: Anna and Ben are developers, developers are staff, Chloe is in no group. */
export function acmeStore({
  suffix = acmeSuffix,
  domain = 'acme.com',
}: {
  suffix?: string;
  domain?: string;
} = {}): EntryStore {
  const store = new EntryStore({
    schema,
    suffix,
    root: { uuid: uuids.organization, attributes: { objectClass: 'organization' }, ...times },
  });
  for (const name of ['people', 'groups'] as const) {
    const attributes = { objectClass: 'organizationalUnit' };
    store.put({ uuid: uuids[name], rdn: { type: 'ou', value: name }, attributes, ...times });
  }
  for (const uid of ['anna', 'ben', 'chloe'] as const) {
    const givenName = `${uid[0]?.toUpperCase()}${uid.slice(1)}`;
    store.put({
      uuid: uuids[uid],
      parent: uuids.people,
      rdn: { type: 'uid', value: uid },
      attributes: {
        objectClass: 'inetOrgPerson',
        cn: `${givenName} ${family[uid]}`,
        sn: family[uid],
        givenName,
        mail: `${uid}@${domain}`,
        telephoneNumber: '+49 30 1234-567',
      },
      ...times,
      tag: 'person',
    });
  }
  for (const name of ['developers', 'staff'] as const) {
    const attributes = { objectClass: 'groupOfNames' };
    const rdn = { type: 'cn', value: name };
    store.put({ uuid: uuids[name], parent: uuids.groups, rdn, attributes, ...times });
  }
  store.link(uuids.developers, [uuids.anna, uuids.ben]);
  store.link(uuids.staff, [uuids.developers]);
  return store;
}

/** DN of a person of Acme. */
export function personDn(uid: string, suffix: string = acmeSuffix): string {
  return `uid=${uid},ou=people,${suffix}`;
}

export interface Reader {
  readonly organization: string;
  readonly name: string;
}

/** A directory in memory: anyone binds with the password `secret`, and reads the own organization. */
export class MemoryDirectory implements LdapDirectory<Reader> {
  readonly stores = new Map<string, EntryStore>();
  readonly disabled = new Set<string>();
  readonly attempts: string[] = [];
  visibility: Visibility<StoredEntry> | undefined;
  sizeLimit: number | undefined;
  /** Milliseconds before a bind is answered; undefined: within the call. */
  bindDelay: number | undefined;

  constructor(stores: Readonly<Record<string, EntryStore>> = { acme: acmeStore() }) {
    for (const [name, store] of Object.entries(stores)) this.stores.set(name, store);
  }

  bind({ name, password }: BindAttempt): BindOutcome<Reader> | Promise<BindOutcome<Reader>> {
    this.attempts.push(name);
    const outcome = this.#judge(name, Buffer.from(password).toString());
    if (this.bindDelay === undefined) return outcome;
    return new Promise((resolve) => setTimeout(resolve, this.bindDelay, outcome));
  }

  #judge(name: string, password: string): BindOutcome<Reader> {
    for (const [organization, store] of this.stores) {
      const found = store.lookup(name);
      if (found.kind !== 'found' || this.disabled.has(name)) continue;
      const dn = store.dnOf(found.entry);
      if (password === 'secret') {
        return { kind: 'accepted', identity: { organization, name: dn }, dn };
      }
      if (password === 'initial') return { kind: 'refused', reason: 'must-change-password' };
    }
    return { kind: 'refused', reason: 'invalid-credentials' };
  }

  view({ organization, name }: Reader): DirectoryView | undefined {
    const store = this.stores.get(organization);
    if (store === undefined || this.disabled.has(name)) return undefined;
    return {
      store,
      ...(this.visibility && { visibility: this.visibility }),
      ...(this.sizeLimit !== undefined && { sizeLimit: this.sizeLimit }),
    };
  }

  namingContexts(identity: Reader | undefined): readonly string[] {
    const store = identity && this.stores.get(identity.organization);
    return store === undefined ? [] : [store.suffix];
  }
}
