import { sql } from 'kysely';
import type { NewChange } from './changes.ts';
import { DirectoryError } from './errors.ts';
import type { DirectorySession } from './session.ts';

/** A session inside a transaction. What it records goes into the change feed with the commit. */
export interface WriteSession extends DirectorySession {
  record(change: NewChange): void;
}

/** What each unique constraint guards: the field at fault and what to say of it. */
const uniqueConstraints: Record<string, { field: string; message: string }> = {
  organization_slug_unique: { field: 'slug', message: 'Another organization has this slug.' },
  member_username_unique: { field: 'username', message: 'Another member has this username.' },
  member_account_unique: {
    field: 'account',
    message: 'This account is a member of the organization already.',
  },
  account_username_key_unique: { field: 'username', message: 'This username is taken.' },
  member_external_id_unique: {
    field: 'externalId',
    message: 'Another member has this externalId.',
  },
  group_display_name_unique: { field: 'displayName', message: 'Another group has this name.' },
  group_external_id_unique: { field: 'externalId', message: 'Another group has this externalId.' },
  department_sibling_name_unique: {
    field: 'name',
    message: 'Another department beside it has this name.',
  },
  role_name_unique: { field: 'name', message: 'Another role has this name.' },
  department_external_id_unique: {
    field: 'externalId',
    message: 'Another department has this externalId.',
  },
  role_external_id_unique: { field: 'externalId', message: 'Another role has this externalId.' },
  scim_resource_external_id_unique: {
    field: 'externalId',
    message: 'Another resource of this type has this externalId.',
  },
  ldap_service_account_name_unique: {
    field: 'name',
    message: 'Another service account has this name.',
  },
};

/** What each foreign key asks for: the field that names something that does not exist here. */
const references: Record<string, { field: string; message: string }> = {
  member_organization_id_manager_id_foreign: {
    field: 'manager',
    message: 'The manager is not a member.',
  },
  member_department_organization_id_department_id_foreign: {
    field: 'departments',
    message: 'There is no such department.',
  },
  group_member_organization_id_member_id_foreign: {
    field: 'members',
    message: 'A member was just removed.',
  },
  nested_group_organization_id_child_id_foreign: {
    field: 'members',
    message: 'A group was just deleted.',
  },
  member_role_organization_id_role_id_foreign: {
    field: 'roles',
    message: 'There is no such role.',
  },
};

const serializationFailure = '40001';
const deadlock = '40P01';
const uniqueViolation = '23505';
const foreignKeyViolation = '23503';
const attempts = 3;

/**
 * Runs a use case in one transaction (a part of the session's, where that is in one), with its changes. When PostgreSQL gives way to another transaction
 * (deadlock, serialization failure) the whole of it runs again.
 *
 * @throws DirectoryError `not-unique` or `unknown-reference` when a constraint refuses a value
 */
export async function write<T>(
  session: DirectorySession,
  work: (tx: WriteSession) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      const changes: NewChange[] = [];
      const result = await session.em
        .fork({ keepTransactionContext: true })
        .transactional(async (em) => {
          const done = await work({
            ...session,
            em,
            record: (change) => void changes.push(change),
          });
          await em.flush();
          await insertChanges({ ...session, em }, changes);
          return done;
        });
      if (changes.length > 0) session.announce();
      return result;
    } catch (error) {
      const { code, constraint } = databaseError(error);
      if (code === uniqueViolation)
        throw refusal('not-unique', uniqueConstraints, constraint, error);
      if (code === foreignKeyViolation) {
        throw refusal('unknown-reference', references, constraint, error);
      }
      if (attempt < attempts && (code === serializationFailure || code === deadlock)) continue;
      throw error;
    }
  }
}

function databaseError(error: unknown): { code?: string; constraint?: string } {
  if (error === null || typeof error !== 'object') return {};
  return error as { code?: string; constraint?: string };
}

function refusal(
  code: 'not-unique' | 'unknown-reference',
  constraints: Record<string, { field: string; message: string }>,
  constraint: string | undefined,
  error: unknown,
): unknown {
  const known = constraints[constraint ?? ''];
  return known === undefined
    ? error
    : new DirectoryError(code, known.message, { field: known.field });
}

async function insertChanges(session: DirectorySession, changes: readonly NewChange[]) {
  if (changes.length === 0) return;
  // One parameter for all: PostgreSQL takes 65,535 at the most, and a transfer can touch more members.
  await sql`
    insert into change (organization_id, subject, subject_id, kind, membership, heir_id, actor, at)
    select ${session.organization.id}::uuid, c.subject, c.subject_id, c.kind, c.membership, c.heir_id,
      ${JSON.stringify(session.actor)}::jsonb, ${session.now}::timestamptz
    from jsonb_to_recordset(${changesJson(changes)}::jsonb)
      as c (subject text, subject_id uuid, kind text, membership jsonb, heir_id uuid)
  `.execute(session.em.getKysely());
}

function changesJson(changes: readonly NewChange[]): string {
  return JSON.stringify(
    changes.map(({ subject, subjectId, kind, membership, heirId }) => ({
      subject,
      subject_id: subjectId,
      kind,
      membership,
      heir_id: heirId,
    })),
  );
}
