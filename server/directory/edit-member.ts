import { sql } from 'kysely';
import { lockMember } from './change-member.ts';
import { giveRoles, placeInDepartments } from './change-places.ts';
import { demandVersion } from './expected-version.ts';
import { changedFields } from './field-change.ts';
import { identifierKey } from './identifier-key.ts';
import { demandAction, detailsOf, type MemberDetails } from './member-actions.ts';
import { memberFields } from './member-fields.ts';
import { type MemberProfile, mainEmail, profileKey } from './member-profile.ts';
import { loadStanding } from './member-standing.ts';
import { loadMembers, type MemberView } from './member-view.ts';
import { type DirectorySession, demand } from './session.ts';
import { acceptEmail, acceptName } from './text.ts';
import { type WriteSession, write } from './write.ts';

/** What an administrator edits of a member. What is left out stays. */
export interface MemberEdit {
  name?: string | undefined;
  /** The organization e-mail. Null takes it away; a further address of the member takes its place. */
  email?: string | null | undefined;
  /** Ids, the primary one first. */
  departments?: readonly string[] | undefined;
  /** Ids. */
  roles?: readonly string[] | undefined;
}

/**
 * Edits a member. What changes nothing makes no new version.
 *
 * @throws DirectoryError `not-found`, `version-mismatch`, `invalid-value`, `unknown-reference`;
 *   `forbidden` for a role that carries what the actor does not hold; `conflict` where the last or the
 *   initial administrator would be none
 */
export async function editMember(
  session: DirectorySession,
  id: string,
  edit: MemberEdit,
  { ifVersion }: { ifVersion?: ((version: number) => boolean) | undefined } = {},
): Promise<MemberDetails> {
  demand(session, 'members:write');
  return write(session, async (tx) => {
    const current = await lockMember(tx, id);
    demandVersion(current.version, { ifVersion }, 'member');
    const standing = await loadStanding(tx, current);
    demandAction(tx, 'edit', standing);
    const fields = editedFields(current, edit);
    const placed = await placeInDepartments(tx, current, edit.departments);
    const given = await giveRoles(tx, current, edit.roles);
    if (fields === undefined && !placed && !given) return detailsOf(tx, current, standing);
    await store(tx, current, fields);
    const [edited] = await loadMembers(tx, sql`m.id = ${current.id}`);
    if (edited === undefined) throw new Error('A member that is locked is gone.');
    tx.record({
      subject: 'member',
      subjectId: current.id,
      kind: 'updated',
      name: edited.displayName,
      fields: changedFields(memberFields(current), memberFields(edited)),
    });
    return detailsOf(tx, edited, given ? await loadStanding(tx, edited) : standing);
  });
}

interface EditedFields {
  name: string;
  email: string | null;
  profile: MemberProfile;
}

/** The fields as they shall be; undefined where they stay. */
function editedFields(current: MemberView, edit: MemberEdit): EditedFields | undefined {
  const name = edit.name === undefined ? current.displayName : acceptName(edit.name, 'name');
  const given = edit.email ? acceptEmail(edit.email) : edit.email;
  const profile = given === undefined ? current.profile : withMainEmail(current.profile, given);
  const email = given === undefined ? current.email : (mainEmail(profile.emails) ?? null);
  const same = name === current.displayName && email === current.email;
  return same ? undefined : { name, email, profile };
}

/** Makes a new version of the member. */
async function store(
  tx: WriteSession,
  current: MemberView,
  fields: EditedFields | undefined,
): Promise<void> {
  const db = tx.em.getKysely();
  const organization = tx.organization.id;
  const emailKey = fields?.email == null ? null : identifierKey(fields.email);
  const values =
    fields &&
    sql`display_name = ${fields.name}, display_name_key = ${identifierKey(fields.name)},
      email = ${fields.email}, email_key = ${emailKey},
      profile = ${JSON.stringify(fields.profile)}::jsonb,
      profile_key = ${JSON.stringify(profileKey(fields.profile))}::jsonb,`;
  await sql`
    update member set ${values ?? sql``} version = version + 1, updated_at = ${tx.now}
    where organization_id = ${organization} and id = ${current.id}
  `.execute(db);
  if (fields === undefined || fields.email === current.email) return;
  // A managed account's address is what its organization says.
  await sql`
    update account set email = ${fields.email}, email_key = ${emailKey}
    where managing_organization_id = ${organization} and id =
      (select account_id from member where organization_id = ${organization} and id = ${current.id})
  `.execute(db);
}

/** The profile with another main address, or without the present one; further addresses stay. */
function withMainEmail(profile: MemberProfile, email: string | null): MemberProfile {
  const emails = profile.emails ?? [];
  const main = mainEmail(emails);
  const index = emails.findIndex(({ value }) => value !== undefined && value === main);
  if (email === null) return { ...profile, emails: emails.filter(({ value }) => value !== main) };
  if (index < 0) {
    return { ...profile, emails: [...emails, { value: email, type: 'work', primary: true }] };
  }
  return { ...profile, emails: emails.with(index, { ...emails[index], value: email }) };
}
