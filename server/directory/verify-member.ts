import type { Directory } from './directory.ts';
import { Account } from './entities/account.ts';
import { Member } from './entities/member.ts';
import { Organization } from './entities/organization.ts';
import { DirectoryError } from './errors.ts';
import { identifierKey } from './identifier-key.ts';
import { noteRefusedSignIn } from './refused-sign-in.ts';
import { isStorable } from './text.ts';

/** What a person types to sign in as a member. */
export interface Credentials {
  /** The slug; without it, the instance's only organization. */
  organization: string | undefined;
  username: string;
  password: string;
  /** Remote address. */
  address: string;
  requestId?: string | undefined;
}

/** A member who has proven to be who they say. */
export interface ProvenMember {
  organization: Organization;
  member: Member;
  account: Account;
}

/**
 * Verifies a member's password. Every refusal looks and costs the same: an unknown organization or
 * user, a wrong password, a member who is pending or disabled. Only who knows the password hears that it
 * was for the first sign-in only.
 *
 * @throws DirectoryError `invalid-credentials`, `slow-down`, `password-change-required`,
 *   `password-expired`
 */
export async function verifyMember(
  directory: Directory,
  credentials: Credentials,
): Promise<ProvenMember> {
  const proven = await proveMember(directory, credentials);
  if (proven.account.passwordTemporaryUntil != null) {
    throw new DirectoryError(
      'password-change-required',
      'This password is for the first sign-in only: choose one of your own.',
    );
  }
  return proven;
}

/**
 * As `verifyMember`, but a password for the first sign-in only is enough: for the change of it, and for
 * nothing else.
 *
 * @throws DirectoryError `invalid-credentials`, `slow-down`, `password-expired`
 */
export async function proveMember(
  directory: Directory,
  { organization: slug, username, password, address, requestId }: Credentials,
): Promise<ProvenMember> {
  const em = directory.entityManager();
  const organization = await findOrganization(em, slug);
  const attempt = {
    account: `${organization?.slug ?? slug ?? ''}/${identifierKey(username)}`,
    address,
  };
  directory.throttle.check(attempt);
  const member =
    organization === null || !isStorable(username)
      ? null
      : await em.findOne(
          Member,
          { organization: organization.id, usernameKey: identifierKey(username) },
          { populate: ['account'] },
        );
  const account = member?.status === 'enabled' ? member.account : undefined;
  const matches = await directory.passwords.verify(account?.passwordHash ?? undefined, password);
  if (!matches || organization === null || member === null || account == null) {
    directory.throttle.failed(attempt);
    if (organization !== null && member !== null) {
      noteRefusedSignIn(directory, organization, member, { address, requestId });
    }
    throw wrong();
  }
  directory.throttle.succeeded(attempt);
  refuseOver(account, directory.now());
  return { organization, member, account };
}

/**
 * Verifies the password of a self-owned account by the account's own username.
 *
 * @throws DirectoryError `invalid-credentials`, `slow-down`
 */
export async function verifySelfOwned(
  directory: Directory,
  { username, password, address }: Omit<Credentials, 'organization'>,
): Promise<Account> {
  const attempt = { account: `/${identifierKey(username)}`, address };
  directory.throttle.check(attempt);
  const account = isStorable(username)
    ? await directory
        .entityManager()
        .findOne(Account, { usernameKey: identifierKey(username), managingOrganization: null })
    : null;
  const matches = await directory.passwords.verify(account?.passwordHash ?? undefined, password);
  if (!matches || account === null) {
    directory.throttle.failed(attempt);
    throw wrong();
  }
  directory.throttle.succeeded(attempt);
  return account;
}

function refuseOver({ passwordTemporaryUntil }: Account, now: Date): void {
  if (passwordTemporaryUntil != null && passwordTemporaryUntil <= now) {
    throw new DirectoryError(
      'password-expired',
      'This password was for the first sign-in only and ran out: ask for a link to set another.',
    );
  }
}

/** What every refusal says, whatever was wrong. */
export function wrong(): DirectoryError {
  return new DirectoryError('invalid-credentials', 'The username or the password is wrong.');
}

async function findOrganization(
  em: ReturnType<Directory['entityManager']>,
  slug: string | undefined,
) {
  if (slug !== undefined) {
    return isStorable(slug) ? em.findOne(Organization, { slug: slug.toLowerCase() }) : null;
  }
  const organizations = await em.find(Organization, {}, { limit: 2 });
  return organizations.length === 1 ? (organizations[0] ?? null) : null;
}
