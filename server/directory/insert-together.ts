import type { SqlEntityManager } from '@mikro-orm/sql';
import { gather } from './gather.ts';
import { type InsertedMember, insertMembers, type MemberRows } from './insert-members.ts';
import type { DirectorySession } from './session.ts';
import { insist, isUndone } from './write.ts';

interface Asked {
  readonly em: SqlEntityManager;
  readonly rows: MemberRows;
}

type Insert = (asked: Asked) => Promise<InsertedMember | undefined>;

// By database, then by organization: what one organization sends never waits for another's.
const inserts = new WeakMap<object, Map<string, Insert>>();

/**
 * Inserts a member, with its change and its audit event, in one statement that is its own transaction:
 * alone, or with others of the organization that were asked for while the insert before was under way.
 * None hears of its success before the commit, and each hears of its own refusal only.
 *
 * @returns undefined, and nothing is done, where the organization's policy asks for more
 * @throws DirectoryError `not-unique`, `unknown-reference`
 */
export function insertTogether(
  { em, organization }: DirectorySession,
  rows: MemberRows,
): Promise<InsertedMember | undefined> {
  const database = em.getDriver();
  const byOrganization = inserts.get(database) ?? new Map<string, Insert>();
  inserts.set(database, byOrganization);
  const insert =
    byOrganization.get(organization.id) ??
    gather((asked: readonly Asked[]) => insertAll(organization.id, asked));
  byOrganization.set(organization.id, insert);
  return insert({ em, rows });
}

async function insertAll(
  organization: string,
  asked: readonly Asked[],
): Promise<PromiseSettledResult<InsertedMember | undefined>[]> {
  const done = asked.length === 1 ? new Map() : await insertUnrefused(organization, asked);
  const outcomes: PromiseSettledResult<InsertedMember | undefined>[] = [];
  for (const one of asked) {
    const inserted = done.get(one.rows.id);
    const outcome = inserted === undefined ? insertAlone(organization, one) : inserted;
    outcomes.push(...(await Promise.allSettled([outcome])));
  }
  return outcomes;
}

/** Those that neither another member nor a policy stands in the way of, by their ids; none where the database refused one. */
async function insertUnrefused(
  organization: string,
  asked: readonly Asked[],
): Promise<ReadonlyMap<string, InsertedMember>> {
  const members = asked.map(({ rows }) => rows);
  const [first] = asked;
  if (first === undefined) return new Map();
  try {
    const inserted = await insertMembers(first.em, organization, members, {
      unique: 'passed',
      recorded: true,
    });
    return new Map(inserted.map((one) => [one.id, one]));
  } catch (error) {
    if (isUndone(error)) return new Map();
    throw error;
  }
}

async function insertAlone(
  organization: string,
  { em, rows }: Asked,
): Promise<InsertedMember | undefined> {
  return insist(async () => {
    const [inserted] = await insertMembers(em, organization, [rows], {
      unique: 'refused',
      recorded: true,
    });
    return inserted;
  });
}
