import { sql } from 'kysely';
import type { Correspondence, Language } from './correspondence.ts';
import { editMember, type MemberEdit } from './edit-member.ts';
import { DirectoryError, type DirectoryErrorCode } from './errors.ts';
import { isUuid } from './filter-sql.ts';
import { inviteMember, revokeInvitation } from './invitations.ts';
import { matchMembers } from './list-members.ts';
import type { MemberListFilter } from './member-scope.ts';
import { disableMember, enableMember } from './member-status.ts';
import { removeMember } from './remove-member.ts';
import { type DirectorySession, demand } from './session.ts';

/** How many members one call can be about. */
export const maximumBulk = 1000;

/** What is done with each member. */
export type BulkAction =
  | { kind: 'disable' | 'enable' | 'revoke' }
  | { kind: 'remove'; heir?: string | undefined }
  /** By mail: to where the invitation before went, else to the organization e-mail. */
  | { kind: 'invite'; language?: Language | undefined }
  | ({ kind: 'edit' } & Pick<MemberEdit, 'departments' | 'roles'>);

/** Members by name, or all that a filter matches but some. */
export type BulkSelection =
  | { ids: readonly string[] }
  | { filter: MemberListFilter; except?: readonly string[] | undefined };

/** What became of one member. */
export interface BulkVerdict {
  id: string;
  /** Null for an id that is no member's. */
  name: string | null;
  /** Null where it was done. */
  refusal: { code: DirectoryErrorCode; message: string } | null;
}

/**
 * Does one thing with many members, each in a transaction of its own: what is refused for one leaves the
 * others done.
 *
 * @throws DirectoryError `forbidden`; `invalid-value` for a selection of too many
 */
export async function changeMembersInBulk(
  session: DirectorySession,
  { action, selection }: { action: BulkAction; selection: BulkSelection },
  correspondence: Correspondence,
): Promise<BulkVerdict[]> {
  demand(session, 'members:write');
  const verdicts: BulkVerdict[] = [];
  for (const { id, name } of await select(session, selection)) {
    try {
      await perform(session, action, id, correspondence);
      verdicts.push({ id, name, refusal: null });
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
      verdicts.push({ id, name, refusal: { code: error.code, message: error.message } });
    }
  }
  return verdicts;
}

async function perform(
  session: DirectorySession,
  action: BulkAction,
  id: string,
  correspondence: Correspondence,
): Promise<unknown> {
  switch (action.kind) {
    case 'disable':
      return disableMember(session, id);
    case 'enable':
      return enableMember(session, id);
    case 'revoke':
      return revokeInvitation(session, id);
    case 'remove':
      return removeMember(session, id, { heir: action.heir });
    case 'invite':
      return inviteMember(session, id, { by: 'mail', language: action.language }, correspondence);
    case 'edit':
      return editMember(session, id, { departments: action.departments, roles: action.roles });
  }
}

async function select(
  session: DirectorySession,
  selection: BulkSelection,
): Promise<{ id: string; name: string | null }[]> {
  if ('filter' in selection) {
    const except = new Set(selection.except?.map((id) => id.toLowerCase()));
    const matched = await matchMembers(session, selection.filter, maximumBulk + except.size + 1);
    const wanted = matched.filter(({ id }) => !except.has(id));
    refuseTooMany(wanted.length, 'filter');
    return wanted;
  }
  const ids = [...new Set(selection.ids.map((id) => id.toLowerCase()))];
  refuseTooMany(ids.length, 'ids');
  const { rows } = await sql<{ id: string; name: string }>`
    select id, display_name as name from member
    where organization_id = ${session.organization.id} and id = any(${ids.filter(isUuid)}::uuid[])
  `.execute(session.em.getKysely());
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return ids.map((id) => ({ id, name: names.get(id) ?? null }));
}

function refuseTooMany(count: number, field: 'ids' | 'filter'): void {
  if (count > maximumBulk) {
    throw new DirectoryError('invalid-value', `More than ${maximumBulk} members at once.`, {
      field,
    });
  }
}
