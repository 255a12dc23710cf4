import { sql } from 'kysely';
import type { Directory } from './directory.ts';
import { DirectoryError } from './errors.ts';
import { listOrganizations } from './organizations.ts';
import { type OwnOrganization, organizationsOf } from './own-organizations.ts';
import { referenceOf } from './session.ts';
import { openSession, type SignedIn } from './sign-in-session.ts';
import { type Credentials, verifyMember, verifySelfOwned, wrong } from './verify-member.ts';

/**
 * Signs a member in: by organization and username, or, without an organization where there are several,
 * by the username of a self-owned account.
 *
 * @returns with the secret of the new session, told this once
 * @throws DirectoryError `invalid-credentials`, `slow-down`, `password-change-required`,
 *   `password-expired`; `choose-organization` with `organizations` for a person who is in several
 */
export async function signIn(
  directory: Directory,
  credentials: Credentials & { userAgent?: string | undefined },
): Promise<SignedIn & { secret: string }> {
  const { organization, member, account } = await prove(directory, credentials);
  return openSession(directory, { organization, member, account }, credentials, async (tx) => {
    const { rows } = await sql`
      update account set last_login_at = ${tx.now}
      where id = ${account.id} and password_hash is not distinct from ${account.passwordHash ?? null}
      returning id
    `.execute(tx.em.getKysely());
    return rows.length > 0;
  });
}

async function prove(directory: Directory, credentials: Credentials) {
  if (credentials.organization !== undefined || (await isAlone(directory))) {
    const { organization, member, account } = await verifyMember(directory, credentials);
    return { organization: referenceOf(organization), member, account };
  }
  const account = await verifySelfOwned(directory, credentials);
  const own = await organizationsOf(directory.entityManager(), account.id);
  const [only, ...more] = own;
  if (only === undefined) throw wrong();
  if (more.length > 0) throw choose(own);
  const { organization, member } = only;
  return { organization, member: { id: member.id, displayName: member.name }, account };
}

async function isAlone(directory: Directory): Promise<boolean> {
  return (await listOrganizations(directory.entityManager(), { limit: 2 })).length === 1;
}

function choose(own: readonly OwnOrganization[]): DirectoryError {
  return new DirectoryError('choose-organization', 'Say which organization to sign in to.', {
    organizations: own.map(({ organization: { slug, name }, member: { username } }) => ({
      slug,
      name,
      username,
    })),
  });
}
