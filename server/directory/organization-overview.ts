import { sql } from 'kysely';
import { DirectoryError } from './errors.ts';
import { initialAdministrator } from './initial-administrator.ts';
import { type OrganizationSettings, readSettings } from './organization-settings.ts';
import { type DirectorySession, demand } from './session.ts';

/** An organization as its own people see it. */
export interface OrganizationOverview {
  id: string;
  slug: string;
  name: string;
  createdAt: Date;
  /** Grows with each change of the name, the settings and the initial administrator. */
  version: number;
  initialAdministrator: { id: string; displayName: string } | null;
  counts: { members: number; departments: number; roles: number; groups: number };
  settings: OrganizationSettings;
}

export async function organizationOverview(
  session: DirectorySession,
): Promise<OrganizationOverview> {
  demand(session, 'organization:read');
  return loadOverview(session);
}

/** The overview, for whoever has just changed something of it. */
export async function loadOverview(session: DirectorySession): Promise<OrganizationOverview> {
  const { rows } = await sql<
    Pick<OrganizationOverview, 'id' | 'slug' | 'name' | 'version' | 'counts'> & {
      created_at: string;
    }
  >`
    select o.id, o.slug, o.name, o.version, o.created_at, json_build_object(
      'members', (select count(*) from member x where x.organization_id = o.id),
      'departments', (select count(*) from department x where x.organization_id = o.id),
      'roles', (select count(*) from role x where x.organization_id = o.id),
      'groups', (select count(*) from directory_group x where x.organization_id = o.id)
    ) as counts
    from organization o where o.id = ${session.organization.id}
  `.execute(session.em.getKysely());
  const [row] = rows;
  if (row === undefined) throw new DirectoryError('not-found', 'There is no such organization.');
  const { created_at, ...organization } = row;
  return {
    ...organization,
    createdAt: new Date(created_at),
    initialAdministrator: (await initialAdministrator(session)) ?? null,
    settings: await readSettings(session),
  };
}
