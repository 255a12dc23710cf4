import { sql } from 'kysely';
import { insertMember } from './create-member.ts';
import type { Directory } from './directory.ts';
import { DirectoryError } from './errors.ts';
import { identifierKey } from './identifier-key.ts';
import { detailsOf, type MemberDetails } from './member-actions.ts';
import { loadStanding } from './member-standing.ts';
import { readSettings } from './organization-settings.ts';
import { acceptChosenPassword } from './password-rule.ts';
import { type DirectorySession, demand } from './session.ts';
import { acceptEmail, acceptName } from './text.ts';
import { write } from './write.ts';

const temporaryPasswordMs = 7 * 24 * 60 * 60_000;

/** A member as an administrator adds one. */
export interface AddedMember {
  name: string;
  /** Ids, the primary one first. */
  departments: readonly string[];
  /** Ids. */
  roles: readonly string[];
  username: string;
  /** For the first sign-in only: it must be changed then, and runs out after 7 days. */
  password: string;
  /** The organization e-mail. */
  email?: string | undefined;
}

/**
 * Adds a member with an account that this organization manages. Where the username or the address is
 * that of somebody's self-owned account, the member stays pending and can be invited.
 *
 * @throws DirectoryError `not-unique` (username), `invalid-value`, `unknown-reference`, `forbidden` for a
 *   role that carries what the actor does not hold
 */
export async function addMember(
  session: DirectorySession,
  { passwords }: Pick<Directory, 'passwords'>,
  { name, departments, roles, username, password, email }: AddedMember,
): Promise<MemberDetails> {
  demand(session, 'members:write');
  const displayName = acceptName(name, 'name');
  if (email !== undefined) acceptEmail(email);
  const { minimumPasswordLength } = await readSettings(session);
  acceptChosenPassword(
    password,
    { username, email, organization: session.organization.name },
    { minimumPasswordLength },
  );
  const passwordHash = await passwords.hash(password);
  return write(session, async (tx) => {
    const member = await insertMember(tx, {
      username,
      displayName,
      enabled: true,
      profile:
        email === undefined ? {} : { emails: [{ value: email, type: 'work', primary: true }] },
      departments,
      roles,
      passwordHash,
      passwordTemporaryUntil: new Date(tx.now.getTime() + temporaryPasswordMs),
    });
    return detailsOf(tx, member, await loadStanding(tx, member));
  });
}

/** Whether a username can be given to a new member of this organization, and why not. */
export async function checkUsername(
  session: DirectorySession,
  text: string,
): Promise<{ available: boolean; message: string | null }> {
  demand(session, 'members:write');
  let username: string;
  try {
    username = acceptName(text, 'username');
  } catch (error) {
    if (error instanceof DirectoryError) return { available: false, message: error.message };
    throw error;
  }
  const { rows } = await sql`
    select 1 from member
    where organization_id = ${session.organization.id} and username_key = ${identifierKey(username)}
  `.execute(session.em.getKysely());
  return rows.length === 0
    ? { available: true, message: null }
    : { available: false, message: 'Another member has this username.' };
}
