import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { Account } from './entities/account.ts';
import { MemberDepartment } from './entities/department.ts';
import { Member } from './entities/member.ts';
import { Organization } from './entities/organization.ts';
import { MemberRole } from './entities/role.ts';
import { DirectoryError } from './errors.ts';
import { identifierKey } from './identifier-key.ts';
import { type MemberProfile, mainEmail } from './member-profile.ts';
import { loadMembers, type MemberView } from './member-view.ts';
import { builtInRole, rootDepartment } from './places.ts';
import { type DirectorySession, demand } from './session.ts';
import { acceptEmail, acceptName } from './text.ts';
import { type WriteSession, write } from './write.ts';

/** What a member is made from. */
export interface NewMember {
  username: string;
  /** Without it, what the name parts give, else the username. */
  displayName?: string | undefined;
  externalId?: string | undefined;
  manager?: string | undefined;
  enabled: boolean;
  profile: MemberProfile;
  /** Argon2id hash of the password, if there is one. */
  passwordHash?: string | undefined;
  /** Ids; without any, the root department. The first is the primary one. */
  departments?: string[];
  /** Ids; without any, the built-in role Member. */
  roles?: string[];
  /** Only of an organization's first member. */
  initialAdministrator?: boolean;
}

/**
 * Adds a member with an account that this organization manages. Where the username or an e-mail address
 * is that of somebody's self-owned account, the member stays pending until that person accepts: linking
 * is by consent.
 *
 * @throws DirectoryError `not-unique`, `invalid-value`, `unknown-reference`
 */
export async function createMember(
  session: DirectorySession,
  input: NewMember,
): Promise<MemberView> {
  demand(session, 'members:write');
  return write(session, async (tx) => {
    const id = await insertMember(tx, input);
    const [member] = await loadMembers(tx, sql`m.id = ${id}`);
    if (member === undefined) throw new Error('A member that was just made cannot be read.');
    return member;
  });
}

/** The part of `createMember` that runs inside a transaction; answers the new member's id. */
export async function insertMember(tx: WriteSession, input: NewMember): Promise<string> {
  const { em, now } = tx;
  const organization = em.getReference(Organization, tx.organization.id);
  const username = acceptName(input.username, 'username');
  const email = acceptMainEmail(input.profile);
  const displayName = acceptName(
    input.displayName ?? nameFrom(input.profile) ?? username,
    'displayName',
  );
  const consentNeeded = await isSelfOwned(tx, username, email);
  const account = consentNeeded
    ? null
    : em.create(Account, {
        id: uuidv7(),
        managingOrganization: organization,
        email: email ?? null,
        emailKey: email === undefined ? null : identifierKey(email),
        passwordHash: input.passwordHash ?? null,
        passwordChangedAt: input.passwordHash === undefined ? null : now,
        createdAt: now,
      });
  const member = em.create(Member, {
    organization,
    id: uuidv7(),
    account,
    status: consentNeeded ? 'pending' : input.enabled ? 'enabled' : 'disabled',
    username,
    usernameKey: identifierKey(username),
    displayName,
    displayNameKey: identifierKey(displayName),
    email: email ?? null,
    emailKey: email === undefined ? null : identifierKey(email),
    externalId: input.externalId ?? null,
    initialAdministrator: input.initialAdministrator ?? false,
    manager: await managerReference(tx, input.manager),
    profile: input.profile,
    createdBy: tx.actor,
    createdAt: now,
    updatedAt: now,
    activatedAt: !consentNeeded && input.enabled ? now : null,
    version: 1,
  });
  const departments = input.departments ?? [await rootDepartment(tx)];
  departments.forEach((department, index) => {
    em.create(MemberDepartment, {
      organization,
      member,
      department: [tx.organization.id, department],
      primary: index === 0,
    });
  });
  for (const role of input.roles ?? [await builtInRole(tx, 'member')]) {
    em.create(MemberRole, { organization, member, role: [tx.organization.id, role] });
  }
  tx.record({ subject: 'member', subjectId: member.id, kind: 'created' });
  await em.flush();
  return member.id;
}

/** The main e-mail address of a profile, checked. */
export function acceptMainEmail(profile: MemberProfile): string | undefined {
  const email = mainEmail(profile.emails);
  return email === undefined ? undefined : acceptEmail(email, 'emails');
}

/** What a person is called when nobody said it in one piece. */
export function nameFrom({ name }: MemberProfile): string | undefined {
  if (name?.formatted) return name.formatted;
  const parts = [name?.givenName, name?.familyName].filter(Boolean);
  return parts.length > 0 ? parts.join(' ') : undefined;
}

/** @throws DirectoryError `unknown-reference` when no member of this organization has the id */
export async function managerReference(tx: WriteSession, id: string | undefined) {
  if (id === undefined) return null;
  const manager = await tx.em.findOne(Member, { organization: tx.organization.id, id });
  if (manager === null) {
    throw new DirectoryError('unknown-reference', `manager ${id} is not a member.`, {
      field: 'manager',
    });
  }
  return manager;
}

async function isSelfOwned(
  tx: WriteSession,
  username: string,
  email: string | undefined,
): Promise<boolean> {
  const keys = [identifierKey(username), ...(email === undefined ? [] : [identifierKey(email)])];
  const { rows } = await sql`
    select 1 from account
    where managing_organization_id is null and (username_key = any(${keys}) or email_key = any(${keys}))
    limit 1
  `.execute(tx.em.getKysely());
  return rows.length > 0;
}
