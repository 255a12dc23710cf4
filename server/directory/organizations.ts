import type { SqlEntityManager } from '@mikro-orm/sql';
import { v7 as uuidv7 } from 'uuid';
import { Department } from './entities/department.ts';
import { Organization } from './entities/organization.ts';
import { Role } from './entities/role.ts';
import { DirectoryError } from './errors.ts';
import { changedFields } from './field-change.ts';
import { identifierKey } from './identifier-key.ts';
import { builtInRoles, permissions } from './permissions.ts';
import type { DirectorySession, OrganizationReference, Origin } from './session.ts';
import { acceptName } from './text.ts';
import { write } from './write.ts';

const slugForm = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The slug of an organization's name: lower case, everything but letters and digits a hyphen. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 63);
}

/** A session of the instance itself, for what nobody asked for: bootstrap, the read model, workers. */
export function systemSession(
  em: SqlEntityManager,
  organization: OrganizationReference,
  {
    now = new Date(),
    announce = () => {},
    origin,
  }: { now?: Date; announce?: () => void; origin?: Origin | undefined } = {},
): DirectorySession {
  return {
    organization,
    actor: { kind: 'system', name: 'Roster' },
    origin,
    permissions: new Set(permissions),
    em,
    now,
    announce,
  };
}

/** Every organization, or the first few, in the order of their making. */
export async function listOrganizations(
  em: SqlEntityManager,
  { limit }: { limit?: number } = {},
): Promise<OrganizationReference[]> {
  const organizations = await em
    .fork({ keepTransactionContext: true })
    .find(Organization, {}, { orderBy: { createdAt: 'asc' }, ...(limit && { limit }) });
  return organizations.map(({ id, slug, name }) => ({ id, slug, name }));
}

/**
 * Makes an organization with its root department and its built-in roles.
 *
 * @throws DirectoryError `not-unique` (slug), `invalid-value`
 */
export async function createOrganization(
  em: SqlEntityManager,
  {
    name: givenName,
    slug,
    rootDepartment,
    now = new Date(),
    origin,
  }: {
    name: string;
    /** Without it, what the name gives. */
    slug?: string | undefined;
    /** Name of the root department; without it, that of the organization. */
    rootDepartment?: string | undefined;
    now?: Date;
    origin?: Origin | undefined;
  },
): Promise<OrganizationReference> {
  const name = acceptName(givenName, 'name');
  const rootName = acceptName(rootDepartment ?? name, 'rootDepartment');
  const organization = { id: uuidv7(), slug: slug ?? slugOf(name), name };
  if (!slugForm.test(organization.slug)) {
    throw new DirectoryError(
      'invalid-value',
      'slug must be lower-case letters, digits and hyphens',
      {
        field: 'slug',
      },
    );
  }
  await write(systemSession(em, organization, { now, origin }), async (tx) => {
    const owner = tx.em.create(Organization, { ...organization, createdAt: now, version: 1 });
    await tx.em.flush();
    tx.em.create(Department, {
      organization: owner,
      id: uuidv7(),
      parent: null,
      name: rootName,
      nameKey: identifierKey(rootName),
      position: 0,
      createdAt: now,
      updatedAt: now,
      version: 1,
    });
    for (const [builtIn, role] of Object.entries(builtInRoles)) {
      tx.em.create(Role, {
        organization: owner,
        id: uuidv7(),
        name: role.name,
        nameKey: identifierKey(role.name),
        builtIn,
        permissions: [...role.permissions],
        createdAt: now,
        updatedAt: now,
        version: 1,
      });
    }
    tx.record({
      subject: 'organization',
      subjectId: organization.id,
      kind: 'created',
      fields: changedFields({}, { name, slug: organization.slug, rootDepartment: rootName }),
    });
  });
  return organization;
}
