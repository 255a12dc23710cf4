import { openDatabase } from '../../server/database/database.ts';
import {
  bootstrap,
  changeGroup,
  createDirectory,
  createGroup,
  createMember,
  systemSession,
} from '../../server/directory/index.ts';
import { externalId, userName } from './generator.ts';
import { token } from './servers.ts';

const atOnce = 200;
const membersAtOnce = 10_000;

export interface Filled {
  /** Id of the group of everybody but the spare users. */
  large: string;
  /** Ids of groups without members. */
  empty: string[];
  /** Ids of users who are in no group. */
  spare: string[];
}

/**
 * Fills a database with users as the load knows them, some more that it does not, and with groups, by the
 * directory's own use cases: what is measured is not the filling.
 */
export async function fill(
  url: string,
  { users, spare, empty }: { users: number; spare: number; empty: number },
): Promise<Filled> {
  const database = await openDatabase({ url });
  try {
    const directory = createDirectory({ entityManager: database.entityManager, announce() {} });
    const made = await bootstrap(directory, {
      organization: 'Example',
      username: 'admin',
      scimProfile: 'lenient',
      scimToken: token,
    });
    if (made === undefined) throw new Error('The database was not empty.');
    const session = () => systemSession(directory.entityManager(), made.organization);
    const ids: string[] = [];
    for (let from = 0; from < users + spare; from += atOnce) {
      const size = Math.min(atOnce, users + spare - from);
      const members = Array.from({ length: size }, (_, index) =>
        createMember(session(), person(from + index)),
      );
      for (const { id } of await Promise.all(members)) ids.push(id);
    }
    const { id: large } = await createGroup(session(), { displayName: 'Everybody' });
    for (let from = 0; from < users; from += membersAtOnce) {
      const some = ids.slice(from, Math.min(from + membersAtOnce, users));
      await changeGroup(session(), large, () => ({ membership: [{ op: 'add', ids: some }] }));
    }
    const groups = Array.from({ length: empty }, (_, index) =>
      createGroup(session(), { displayName: `Empty ${index}` }),
    );
    const emptyIds = (await Promise.all(groups)).map(({ id }) => id);
    return { large, empty: emptyIds, spare: ids.slice(users) };
  } finally {
    await database.close();
  }
}

function person(index: number) {
  return {
    username: userName(index),
    displayName: `User ${index}`,
    externalId: externalId(index),
    enabled: true,
    profile: {
      name: { givenName: 'User', familyName: String(index) },
      emails: [{ value: userName(index), type: 'work', primary: true }],
      employeeNumber: String(index),
    },
  };
}
