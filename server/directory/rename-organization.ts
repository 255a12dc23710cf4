import { sql } from 'kysely';
import { demandVersion, type VersionCondition } from './expected-version.ts';
import { changedFields } from './field-change.ts';
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
    const { rows } = await sql<{ before: string }>`
      update organization o set name = ${name}, version = o.version + 1
      from (select id, name from organization where id = ${tx.organization.id}) as old
      where o.id = old.id
      returning old.name as before
    `.execute(tx.em.getKysely());
    tx.record({
      subject: 'organization',
      subjectId: tx.organization.id,
      kind: 'updated',
      action: 'organization.renamed',
      name,
      fields: changedFields({ name: rows[0]?.before }, { name }),
    });
    return loadOverview(tx);
  });
}
