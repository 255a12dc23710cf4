import { type Database, openDatabase } from '../../server/database/database.ts';
import {
  type Bootstrapped,
  bootstrap,
  createDirectory,
  type Directory,
  type DirectorySession,
  systemSession,
} from '../../server/directory/index.ts';
import { createTestDatabase } from './test-database.ts';

/** A database with one organization in it, and a session that may do everything there. */
export interface World {
  database: Database;
  directory: Directory;
  made: Bootstrapped;
  session(): DirectorySession;
  close(): Promise<void>;
}

export async function openWorld({ now }: { now?: () => Date } = {}): Promise<World> {
  const testDatabase = await createTestDatabase();
  const database = await openDatabase({ url: testDatabase.url });
  const directory = createDirectory({
    entityManager: database.entityManager,
    announce: database.wake,
    ...(now === undefined ? {} : { now }),
  });
  const made = await bootstrap(directory, {
    organization: 'Acme',
    username: 'admin',
    scimProfile: 'lenient',
  });
  if (made === undefined) throw new Error('The database was not empty.');
  return {
    database,
    directory,
    made,
    session: () =>
      systemSession(directory.entityManager(), made.organization, {
        now: directory.now(),
        announce: directory.announce,
      }),
    close: async () => {
      await database.close();
      await testDatabase.drop();
    },
  };
}
