import { type CommonSession, gatherWithin } from './gather-within.ts';
import { type InsertedMember, insertMembers, type MemberRows } from './insert-members.ts';
import { insist, isUndone } from './write.ts';

/**
 * Inserts a member, with its change and its audit event, in one statement that is its own transaction:
 * alone, or with others of the organization that were asked for while the insert before was under way.
 * None hears of its success before the commit, and each hears of its own refusal only.
 *
 * @returns undefined, and nothing is done, where the organization's policy asks for more
 * @throws DirectoryError `not-unique`, `unknown-reference`
 */
export const insertTogether = gatherWithin(insertAll);

async function insertAll(
  session: CommonSession,
  members: readonly MemberRows[],
): Promise<PromiseSettledResult<InsertedMember | undefined>[]> {
  const done = members.length === 1 ? new Map() : await insertUnrefused(session, members);
  const outcomes: PromiseSettledResult<InsertedMember | undefined>[] = [];
  for (const rows of members) {
    const outcome = done.get(rows.id) ?? insertAlone(session, rows);
    outcomes.push(...(await Promise.allSettled([outcome])));
  }
  return outcomes;
}

/**
 * Those that neither another member nor a policy stands in the way of, by their ids; none where the
 * database refused one.
 */
async function insertUnrefused(
  { em, organization }: CommonSession,
  members: readonly MemberRows[],
): Promise<ReadonlyMap<string, InsertedMember>> {
  try {
    const inserted = await insertMembers(em, organization.id, members, {
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
  { em, organization }: CommonSession,
  rows: MemberRows,
): Promise<InsertedMember | undefined> {
  return insist(async () => {
    const [inserted] = await insertMembers(em, organization.id, [rows], {
      unique: 'refused',
      recorded: true,
    });
    return inserted;
  });
}
