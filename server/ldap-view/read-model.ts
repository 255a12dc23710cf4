import type { SqlEntityManager } from '@mikro-orm/sql';
import { normalizeDnText } from '../../ldap/dn/normalize-dn.ts';
import type { Schema } from '../../ldap/schema/schema.ts';
import {
  directGroups,
  type FeedChange,
  listOrganizations,
  listServiceAccounts,
  type MembershipDelta,
  membersOfDepartments,
  type OrganizationReference,
  readGroups,
  readMembers,
  readSettings,
  systemSession,
  walkEnabledMembers,
  walkGroupLinks,
  walkGroups,
} from '../directory/index.ts';
import { OrganizationTree, organizationDn } from './organization-tree.ts';

/**
 * Every organization as LDAP shows it, in memory: built from the database once, and kept by the change
 * feed. Applying a change twice, or one that the load has seen already, does no harm.
 */
export class ReadModel {
  readonly #schema: Schema;
  readonly #baseDn: string;
  readonly #entityManager: () => SqlEntityManager;
  readonly #trees = new Map<string, OrganizationTree>();
  /** Organization by the normal form of its suffix. */
  readonly #suffixes = new Map<string, OrganizationReference>();

  constructor(entityManager: () => SqlEntityManager, schema: Schema, baseDn: string) {
    this.#entityManager = entityManager;
    this.#schema = schema;
    this.#baseDn = baseDn;
  }

  /** Entries of all organizations. */
  get size(): number {
    let size = 0;
    for (const tree of this.#trees.values()) size += tree.store.size;
    return size;
  }

  tree(organizationId: string): OrganizationTree | undefined {
    return this.#trees.get(organizationId);
  }

  /** The organization whose suffix this is, in the normal form of DNs. */
  organizationOfSuffix(normalSuffix: string): OrganizationReference | undefined {
    return this.#suffixes.get(normalSuffix);
  }

  suffixes(): string[] {
    return [...this.#trees.values()].map((tree) => tree.store.suffix);
  }

  async load(): Promise<void> {
    for (const organization of await listOrganizations(this.#entityManager())) {
      await this.#loadOrganization(organization);
    }
  }

  async #loadOrganization(organization: OrganizationReference): Promise<void> {
    const session = this.#session(organization);
    const suffix = await this.#suffixOf(organization);
    const key = normalizeDnText(suffix, this.#schema);
    if (key === undefined) throw new Error(`${suffix} is no DN.`);
    const tree = new OrganizationTree(organization, {
      schema: this.#schema,
      suffix,
      now: new Date(),
    });
    for await (const members of walkEnabledMembers(session)) {
      for (const member of members) tree.putMember(member);
    }
    for await (const groups of walkGroups(session)) {
      for (const group of groups) tree.putGroup(group);
    }
    for await (const links of walkGroupLinks(session)) {
      for (const { groupId, ids } of links) tree.link(groupId, ids);
    }
    for (const account of await listServiceAccounts(session)) tree.putServiceAccount(account);
    tree.settleNames();
    this.#trees.set(organization.id, tree);
    for (const [known, { id }] of this.#suffixes) {
      if (id === organization.id) this.#suffixes.delete(known);
    }
    this.#suffixes.set(key, organization);
  }

  async #suffixOf(organization: OrganizationReference): Promise<string> {
    const { ldapSuffix } = await readSettings(this.#session(organization));
    return ldapSuffix ?? organizationDn(organization.slug, this.#baseDn);
  }

  /** Applies a batch of the change feed, in its order. */
  async apply(changes: readonly FeedChange[]): Promise<void> {
    for (const [organizationId, own] of Map.groupBy(changes, (change) => change.organizationId)) {
      const tree = this.#trees.get(organizationId);
      const isTouched = own.some(({ subject }) => subject === 'organization');
      const organization =
        tree === undefined || isTouched ? await this.#find(organizationId) : undefined;
      if (tree !== undefined && !(organization && (await this.#isRenamed(tree, organization)))) {
        await this.#applyTo(tree, own);
      } else if (organization !== undefined) {
        await this.#loadOrganization(organization);
      }
    }
  }

  async #find(organizationId: string): Promise<OrganizationReference | undefined> {
    const organizations = await listOrganizations(this.#entityManager());
    return organizations.find(({ id }) => id === organizationId);
  }

  /** Whether a name changed that stands in every entry. Whoever is bound to the tree before binds anew. */
  async #isRenamed(
    { organization, store }: OrganizationTree,
    now: OrganizationReference,
  ): Promise<boolean> {
    return (
      now.slug !== organization.slug ||
      now.name !== organization.name ||
      (await this.#suffixOf(now)) !== store.suffix
    );
  }

  async #applyTo(tree: OrganizationTree, changes: readonly FeedChange[]): Promise<void> {
    const touched = (subject: FeedChange['subject']) => {
      const own = changes.filter((each) => each.subject === subject && each.kind !== 'membership');
      return [...new Set(own.map(({ subjectId }) => subjectId))];
    };
    const renamed = await membersOfDepartments(
      this.#session(tree.organization),
      touched('department'),
    );
    const enabled = renamed.filter((id) => tree.has(id));
    await this.#refreshMembers(tree, [...new Set([...touched('member'), ...enabled])]);
    await this.#refreshGroups(tree, touched('group'));
    await this.#refreshServiceAccounts(tree, touched('service-account'));
    for (const { subjectId, membership } of changes) {
      if (membership !== undefined) applyMembership(tree, subjectId, membership);
    }
    tree.settleNames();
  }

  // What is read is what is true now, which can be later than the change.
  async #refreshMembers(tree: OrganizationTree, ids: readonly string[]): Promise<void> {
    const session = this.#session(tree.organization);
    const members = new Map((await readMembers(session, ids)).map((each) => [each.id, each]));
    const arrived: string[] = [];
    for (const id of ids) {
      const member = members.get(id);
      if (member?.status !== 'enabled') {
        tree.remove(id);
        continue;
      }
      if (!tree.has(id)) arrived.push(id);
      tree.putMember(member);
    }
    for (const { groupId, memberId } of await directGroups(session, arrived)) {
      tree.link(groupId, [memberId]);
    }
  }

  async #refreshGroups(tree: OrganizationTree, ids: readonly string[]): Promise<void> {
    const session = this.#session(tree.organization);
    const groups = new Map((await readGroups(session, ids)).map((each) => [each.id, each]));
    for (const id of ids) {
      const group = groups.get(id);
      if (group === undefined) tree.remove(id);
      else tree.putGroup(group);
    }
  }

  async #refreshServiceAccounts(tree: OrganizationTree, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const accounts = await listServiceAccounts(this.#session(tree.organization));
    for (const id of ids) {
      const account = accounts.find((each) => each.id === id);
      if (account === undefined) tree.remove(id);
      else tree.putServiceAccount(account);
    }
  }

  #session(organization: OrganizationReference) {
    return systemSession(this.#entityManager(), organization);
  }
}

function applyMembership(tree: OrganizationTree, group: string, delta: MembershipDelta): void {
  tree.unlink(group, [...(delta.removedMembers ?? []), ...(delta.removedGroups ?? [])]);
  tree.link(group, [...(delta.addedMembers ?? []), ...(delta.addedGroups ?? [])]);
}
