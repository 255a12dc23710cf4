import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { lockMember } from './change-member.ts';
import { isUseWorthNoting, ownerOf } from './credential.ts';
import type { Directory } from './directory.ts';
import { AppPassword } from './entities/app-password.ts';
import { Member } from './entities/member.ts';
import { DirectoryError } from './errors.ts';
import { isUuid } from './filter-sql.ts';
import { getMember } from './find-members.ts';
import { identifierKey } from './identifier-key.ts';
import { generateAppPassword, normalizeAppPassword, secretDigest } from './secret.ts';
import { type DirectorySession, demand } from './session.ts';
import { acceptName, isStorable } from './text.ts';
import { write } from './write.ts';

const maximumOfMember = 25;

/** An app password without its secret. It opens LDAP binds in its organization, and nothing else. */
export interface AppPasswordView {
  id: string;
  name: string;
  createdAt: Date;
  /** To the minute. */
  lastUsedAt: Date | null;
}

/**
 * Whose app password this is, in the organization named. It costs a look-up: nobody guesses a generated
 * secret, so who has it never waits for what strangers did, and who has it not is not counted here.
 *
 * @returns undefined for one that is unknown, somebody else's, or of a member who is not enabled
 */
export async function verifyAppPassword(
  directory: Directory,
  {
    organization,
    username,
    password,
  }: { organization: string; username: string; password: string },
): Promise<{ id: string; member: string } | undefined> {
  const secret = normalizeAppPassword(password);
  if (secret === undefined || !isStorable(username)) return undefined;
  const em = directory.entityManager();
  const found = await em.findOne(
    AppPassword,
    {
      organization,
      secretHash: secretDigest(secret),
      member: { status: 'enabled', usernameKey: identifierKey(username) },
    },
    { populate: ['member'] },
  );
  if (found === null) return undefined;
  const now = directory.now();
  if (isUseWorthNoting(found.lastUsedAt, now)) {
    await em.nativeUpdate(AppPassword, { organization, id: found.id }, { lastUsedAt: now });
  }
  return { id: found.id, member: found.member.id };
}

/** A member's app passwords, for an administrator. */
export async function listAppPasswords(
  session: DirectorySession,
  member: string,
): Promise<AppPasswordView[]> {
  demand(session, 'members:read');
  return load(session, (await getMember(session, member)).id);
}

/**
 * Ends a member's app password, for an administrator, and what is bound with it.
 *
 * @throws DirectoryError `not-found`
 */
export async function deleteAppPassword(
  session: DirectorySession,
  member: string,
  id: string,
): Promise<void> {
  demand(session, 'members:write');
  await remove(session, member, id);
}

/** One's own app passwords. */
export async function listOwnAppPasswords(session: DirectorySession): Promise<AppPasswordView[]> {
  return load(session, ownId(session));
}

/**
 * Makes an app password for oneself.
 *
 * @param name what it is for
 * @returns with the secret, told this once
 * @throws DirectoryError `invalid-value`; `conflict` for one who has too many
 */
export async function createAppPassword(
  session: DirectorySession,
  { name: wanted }: { name: string },
): Promise<AppPasswordView & { secret: string }> {
  const member = ownId(session);
  const name = acceptName(wanted, 'name');
  const secret = generateAppPassword();
  return write(session, async (tx) => {
    const { status } = await lockMember(tx, member);
    if (status !== 'enabled') throw new DirectoryError('forbidden', 'You are not enabled.');
    if ((await load(tx, member)).length >= maximumOfMember) {
      throw new DirectoryError('conflict', `Nobody has more than ${maximumOfMember}.`);
    }
    const made = tx.em.create(AppPassword, {
      organization: ownerOf(tx),
      id: uuidv7(),
      member: tx.em.getReference(Member, [tx.organization.id, member]),
      name,
      secretHash: secretDigest(normalizeAppPassword(secret) ?? ''),
      createdAt: tx.now,
    });
    tx.record({ subject: 'app-password', subjectId: made.id, kind: 'created', name });
    return { ...viewOf(made), secret };
  });
}

/**
 * Ends one of one's own app passwords, and what is bound with it.
 *
 * @throws DirectoryError `not-found`
 */
export async function deleteOwnAppPassword(session: DirectorySession, id: string): Promise<void> {
  await remove(session, ownId(session), id);
}

function ownId({ actor }: DirectorySession): string {
  if (actor.kind === 'member' && actor.id !== undefined) return actor.id;
  throw new DirectoryError('forbidden', 'Only a member has app passwords.');
}

async function load(session: DirectorySession, member: string): Promise<AppPasswordView[]> {
  const found = await session.em.find(
    AppPassword,
    { organization: session.organization.id, member: { id: member } },
    { orderBy: { createdAt: 'asc', id: 'asc' } },
  );
  return found.map(viewOf);
}

async function remove(session: DirectorySession, member: string, id: string): Promise<void> {
  await write(session, async (tx) => {
    const { rows } =
      isUuid(member) && isUuid(id)
        ? await sql<{ id: string; name: string }>`
            delete from app_password where organization_id = ${tx.organization.id}
              and member_id = ${member} and id = ${id}
            returning id, name
          `.execute(tx.em.getKysely())
        : { rows: [] };
    const [deleted] = rows;
    if (deleted === undefined) {
      throw new DirectoryError('not-found', 'There is no such app password.');
    }
    tx.record({
      subject: 'app-password',
      subjectId: deleted.id,
      kind: 'deleted',
      name: deleted.name,
    });
  });
}

function viewOf({ id, name, createdAt, lastUsedAt }: AppPassword): AppPasswordView {
  return { id, name, createdAt, lastUsedAt: lastUsedAt ?? null };
}
