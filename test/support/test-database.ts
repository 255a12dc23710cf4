import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

/** The database that every test database is a copy of: migrated, empty. */
export const templateName = 'roster_template';

/** The same server, another database. */
export function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

export interface TestDatabase {
  /** Undefined where the tests run on the embedded database. */
  url: string | undefined;
  drop(): Promise<void>;
}

/** An empty database of its own for one test file, of the kind that the project is about. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  if (!server) return { url: undefined, drop: async () => {} };
  const name = `roster_${randomUUID().replaceAll('-', '')}`;
  await execute(server, `create database ${name} template ${templateName}`);
  return {
    url: databaseUrl(server, name),
    drop: () => execute(server, `drop database if exists ${name} with (force)`),
  };
}

async function execute(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
