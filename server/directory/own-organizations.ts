import type { SqlEntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';
import type { Directory } from './directory.ts';
import { DirectoryError } from './errors.ts';
import type { OrganizationReference } from './session.ts';
import { type BrowserOrigin, openSession, type SignedIn } from './sign-in-session.ts';

/** A place of an account in an organization that it can sign in to. */
export interface OwnOrganization {
  organization: OrganizationReference;
  member: { id: string; name: string; username: string | null };
}

/** The organizations in which an account is an enabled member, by name. */
export async function organizationsOf(
  em: SqlEntityManager,
  account: string,
): Promise<OwnOrganization[]> {
  const { rows } = await sql<{
    organization_id: string;
    slug: string;
    organization_name: string;
    member_id: string;
    display_name: string;
    username: string | null;
  }>`
    select o.id as organization_id, o.slug, o.name as organization_name, m.id as member_id,
      m.display_name, m.username
    from member m join organization o on o.id = m.organization_id
    where m.account_id = ${account} and m.status = 'enabled'
    order by o.name, o.slug
  `.execute(em.getKysely());
  return rows.map((row) => ({
    organization: { id: row.organization_id, slug: row.slug, name: row.organization_name },
    member: { id: row.member_id, name: row.display_name, username: row.username },
  }));
}

/** The organizations that a person can switch to, the present one among them. */
export async function listOwnOrganizations({
  session,
  account,
}: SignedIn): Promise<OwnOrganization[]> {
  return organizationsOf(session.em, account);
}

/**
 * Signs a person in to another of their organizations, without the password. The session before ends, and
 * the new one ends when that one would have at the latest.
 *
 * @param slug of the organization
 * @returns with the secret of the new session, told this once
 * @throws DirectoryError `not-found` for an organization that is not theirs; `invalid-credentials` when
 *   the session has just ended
 */
export async function switchOrganization(
  directory: Directory,
  signedIn: SignedIn,
  slug: string,
  browser: BrowserOrigin,
): Promise<SignedIn & { secret: string }> {
  const own = await listOwnOrganizations(signedIn);
  const target = own.find(({ organization }) => organization.slug === slug.toLowerCase());
  if (target === undefined) {
    throw new DirectoryError('not-found', 'There is no such organization among yours.');
  }
  const { organization, member } = target;
  const { account, createdAt, session } = signedIn;
  return openSession(
    directory,
    {
      organization,
      member: { id: member.id, displayName: member.name },
      account: { id: account },
    },
    browser,
    async (tx) => {
      const db = tx.em.getKysely();
      await sql`update account set last_login_at = ${tx.now} where id = ${account}`.execute(db);
      const { rows } = await sql`
        delete from sign_in_session
        where organization_id = ${session.organization.id} and id = ${signedIn.id}
        returning id
      `.execute(db);
      return rows.length > 0;
    },
    createdAt,
  );
}
