import { randomBytes } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { insertMember } from './create-member.ts';
import type { Directory } from './directory.ts';
import { DirectoryError } from './errors.ts';
import type { MemberProfile } from './member-profile.ts';
import type { MemberView } from './member-view.ts';
import { createOrganization, systemSession } from './organizations.ts';
import { acceptProvidedPassword } from './password.ts';
import type { DirectorySession, OrganizationReference, Origin } from './session.ts';
import { write } from './write.ts';

/** What an organization is founded with. */
export interface Founding {
  name: string;
  /** Without it, what the name gives. */
  slug?: string | undefined;
  /** Name of the root department; without it, that of the organization. */
  rootDepartment?: string | undefined;
  /** The initial administrator. */
  administrator: {
    username: string;
    displayName?: string | undefined;
    email?: string | undefined;
    /** Without it, one is generated. It is final: nothing asks for its change. */
    password?: string | undefined;
  };
}

/** The password is told this once. */
export interface Founded {
  organization: OrganizationReference;
  administrator: { id: string; username: string; password: string };
}

/**
 * Founds an organization: the root department, the built-in roles and the initial administrator, all or
 * nothing. For the instance's operator: there is no organization yet whose permissions could allow it.
 *
 * @throws DirectoryError `invalid-value`; `not-unique` for the slug, and for a username or an e-mail
 *   address of somebody who has an account of their own and would have to consent first
 */
export async function foundOrganization(
  directory: Directory,
  { administrator, ...founding }: Founding,
  origin?: Origin,
): Promise<Founded> {
  const password =
    administrator.password === undefined
      ? randomBytes(12).toString('base64url')
      : acceptProvidedPassword(administrator.password);
  const passwordHash = await directory.passwords.hash(password);
  const { username, displayName, email } = administrator;
  const profile: MemberProfile =
    email === undefined ? {} : { emails: [{ value: email, type: 'work', primary: true }] };
  const made = await directory.entityManager().transactional((em) =>
    establish(em, {
      ...founding,
      now: directory.now(),
      origin,
      administrator: { username, displayName, profile, passwordHash },
    }),
  );
  directory.announce();
  return {
    organization: made.organization,
    administrator: {
      id: made.administrator.id,
      username: made.administrator.username ?? username,
      password,
    },
  };
}

/** The part of founding that runs inside a transaction. */
export async function establish(
  em: SqlEntityManager,
  {
    administrator: first,
    now,
    origin,
    ...founding
  }: Omit<Founding, 'administrator'> & {
    now: Date;
    origin?: Origin | undefined;
    administrator: {
      username: string;
      displayName?: string | undefined;
      profile: MemberProfile;
      passwordHash: string;
    };
  },
): Promise<{
  session: DirectorySession;
  organization: OrganizationReference;
  administrator: MemberView;
}> {
  const organization = await createOrganization(em, { ...founding, now, origin });
  const session = systemSession(em, organization, { now, origin });
  const administrator = await write(session, (tx) =>
    insertMember(tx, {
      ...first,
      enabled: true,
      initialAdministrator: true,
    }),
  );
  if (administrator.status !== 'enabled') {
    throw new DirectoryError(
      'not-unique',
      'administrator: the username or the e-mail address is that of an account of its own.',
      { field: 'administrator.username' },
    );
  }
  return { session, organization, administrator };
}
