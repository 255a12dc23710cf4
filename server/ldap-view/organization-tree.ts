import { v5 as uuidv5 } from 'uuid';
import type { Rdn } from '../../ldap/dn/dn.ts';
import type { AttributeInput } from '../../ldap/entry/attribute-input.ts';
import { EntryError } from '../../ldap/entry/entry-error.ts';
import type { Schema } from '../../ldap/schema/schema.ts';
import { type EntryInput, EntryStore } from '../../ldap/store/entry-store.ts';
import type { GroupView, MemberView, OrganizationReference } from '../directory/index.ts';
import { personAttributes } from './person.ts';

type Container = 'people' | 'groups' | 'services';

/**
 * One organization's entries: people, groups and service accounts in their places, under
 * `o=acme,…`. Only what may be seen is in it: a member who is pending or disabled is not.
 */
export class OrganizationTree {
  readonly organization: OrganizationReference;
  readonly store: EntryStore;
  readonly #containers: Readonly<Record<Container, string>>;
  /** Entries whose name another one had when they were put; they get their own once it is free. */
  readonly #renamed = new Map<string, () => void>();

  constructor(
    organization: OrganizationReference,
    { schema, suffix, now }: { schema: Schema; suffix: string; now: Date },
  ) {
    this.organization = organization;
    this.store = new EntryStore({
      schema,
      suffix,
      root: {
        uuid: organization.id,
        attributes: topAttributes(suffix, organization),
        createTimestamp: now,
        modifyTimestamp: now,
      },
    });
    const container = (name: Container): string => {
      const uuid = uuidv5(name, organization.id);
      this.store.put({
        uuid,
        rdn: { type: 'ou', value: name },
        attributes: { objectClass: ['top', 'organizationalUnit'], ou: [name] },
        createTimestamp: now,
        modifyTimestamp: now,
      });
      return uuid;
    };
    this.#containers = {
      people: container('people'),
      groups: container('groups'),
      services: container('services'),
    };
  }

  has(id: string): boolean {
    return this.store.entryByUuid(id) !== undefined;
  }

  putMember(member: MemberView): void {
    this.#put('people', 'uid', member.username ?? member.id, {
      uuid: member.id,
      attributes: personAttributes(member, this.organization),
      createTimestamp: member.createdAt,
      modifyTimestamp: member.updatedAt,
      tag: 'member',
    });
  }

  putGroup(group: GroupView): void {
    this.#put('groups', 'cn', group.displayName, {
      uuid: group.id,
      attributes: { objectClass: ['top', 'groupOfNames'], cn: [group.displayName] },
      createTimestamp: group.createdAt,
      modifyTimestamp: group.updatedAt,
      tag: 'group',
    });
  }

  putServiceAccount(account: { id: string; name: string; createdAt: Date }): void {
    this.#put('services', 'cn', account.name, {
      uuid: account.id,
      attributes: { objectClass: ['top', 'applicationProcess'], cn: [account.name] },
      createTimestamp: account.createdAt,
      modifyTimestamp: account.createdAt,
      tag: 'service',
    });
  }

  remove(id: string): void {
    this.#renamed.delete(id);
    this.store.delete(id);
  }

  /** Members and groups that are not in the tree are passed over; they bring their links when they come. */
  link(group: string, ids: readonly string[]): void {
    if (this.has(group)) this.store.link(group, ids);
  }

  unlink(group: string, ids: readonly string[]): void {
    if (this.has(group)) this.store.unlink(group, ids);
  }

  /** Gives the entries their own names that could not have them when they were put. */
  settleNames(): void {
    const waiting = [...this.#renamed.values()];
    this.#renamed.clear();
    for (const put of waiting) put();
  }

  #put(
    container: Container,
    type: string,
    value: string,
    entry: Omit<EntryInput, 'parent' | 'rdn'>,
  ): void {
    const parent = this.#containers[container];
    this.#renamed.delete(entry.uuid);
    const name = { type, value };
    try {
      this.store.put({ ...entry, parent, rdn: name });
    } catch (error) {
      if (!(error instanceof EntryError) || error.code !== 'name-taken') throw error;
      // Two that differ for the directory are equal for LDAP, or one is about to give its name up.
      const rdn: Rdn = [name, { type: 'description', value: entry.uuid }];
      this.store.put({ ...entry, parent, rdn });
      this.#renamed.set(entry.uuid, () => this.#put(container, type, value, entry));
    }
  }
}

// The name of the topmost entry is among its attributes, whatever the organization chose.
function topAttributes(suffix: string, { slug, name }: OrganizationReference): AttributeInput {
  const attribute = suffix.split('=')[0]?.trim().toLowerCase();
  switch (attribute) {
    case 'dc':
      return { objectClass: ['top', 'organization', 'dcObject'], o: [name] };
    case 'ou':
      return { objectClass: ['top', 'organizationalUnit'], description: [name] };
    case 'o':
      return { objectClass: ['top', 'organization'], o: [slug, name] };
    default:
      return { objectClass: ['top', 'organization', 'extensibleObject'], o: [name] };
  }
}

/** DN of an organization's topmost entry, unless it has set another. */
export function organizationDn(slug: string, baseDn: string): string {
  return `o=${slug},${baseDn}`;
}
