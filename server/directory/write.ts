import type { NewChange, NewEvent } from './changes.ts';
import { DirectoryError } from './errors.ts';
import { insertRecords } from './insert-records.ts';
import type { DirectorySession } from './session.ts';

/** A session inside a transaction. */
export interface WriteSession extends DirectorySession {
  /** Puts a change into the feed, and what it is about into the audit, with the commit. */
  record(change: NewChange): void;
  /** Puts what was done into the audit only: no reader of the feed hears of it. */
  note(event: NewEvent): void;
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
 * Runs a use case in one transaction (a part of the session's, where that is in one), with its changes.
 * When PostgreSQL gives way to another transaction (deadlock, serialization failure) the whole of it runs
 * again.
 *
 * @throws DirectoryError `not-unique` or `unknown-reference` when a constraint refuses a value
 */
export async function write<T>(
  session: DirectorySession,
  work: (tx: WriteSession) => Promise<T>,
): Promise<T> {
  return insist(async () => {
    const records: (NewChange | NewEvent)[] = [];
    const result = await session.em
      .fork({ keepTransactionContext: true })
      .transactional(async (em) => {
        const done = await work({
          ...session,
          em,
          record: (change) => void records.push(change),
          note: (event) => void records.push(event),
        });
        await em.flush();
        await insertRecords({ ...session, em }, records);
        return done;
      });
    if (records.some((record) => 'kind' in record)) session.announce();
    return result;
  });
}

/**
 * Runs what is a transaction, again when PostgreSQL gave way to another one.
 *
 * @throws DirectoryError as `write` does
 */
export async function insist<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      const { code, constraint } = databaseError(error);
      if (code === uniqueViolation)
        throw refusal('not-unique', uniqueConstraints, constraint, error);
      if (code === foreignKeyViolation) {
        throw refusal('unknown-reference', references, constraint, error);
      }
      if (attempt < attempts && isGivingWay(error)) continue;
      throw error;
    }
  }
}

/** Whether PostgreSQL undid the transaction: for a constraint's sake, or to give way to another one. */
export function isUndone(error: unknown): boolean {
  const { code } = databaseError(error);
  return code === uniqueViolation || code === foreignKeyViolation || isGivingWay(error);
}

function isGivingWay(error: unknown): boolean {
  const { code } = databaseError(error);
  return code === serializationFailure || code === deadlock;
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
