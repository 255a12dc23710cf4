import { sql } from 'kysely';
import { demandVersion, type VersionCondition } from './expected-version.ts';
import { lockOrganization } from './organization-lock.ts';
import { loadOverview, type OrganizationOverview } from './organization-overview.ts';
import { type DirectorySession, demand } from './session.ts';
import { acceptName } from './text.ts';
import { write } from './write.ts';

/**
 * Renames the organization. The slug stays, for URLs and DNs are built on it.
 *
 * @throws DirectoryError `invalid-value`, `version-mismatch`
 */
export async function renameOrganization(
  session: DirectorySession,
  newName: string,
  condition: VersionCondition = {},
): Promise<OrganizationOverview> {
  demand(session, 'organization:write');
  const name = acceptName(newName, 'name');
  return write(session, async (tx) => {
    demandVersion(await lockOrganization(tx), condition, 'organization');
    await sql`
      update organization set name = ${name}, version = version + 1 where id = ${tx.organization.id}
    `.execute(tx.em.getKysely());
    tx.record({ subject: 'organization', subjectId: tx.organization.id, kind: 'updated' });
    return loadOverview(tx);
  });
}
