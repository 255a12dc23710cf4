import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../server/database/database.ts';
import { startPostgres } from './postgres-server.ts';
import { databaseUrl, templateName } from './test-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Server to make databases on; empty where the tests run on the embedded one. */
    postgresUrl: string;
  }
}

/** Gives the tests a PostgreSQL server: the one that ROSTER_TEST_DATABASE_URL names, or one from npm. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.ROSTER_TEST_DATABASE_URL;
  const server = given === undefined ? await startPostgres() : undefined;
  const url = given ?? server?.url ?? '';
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`drop database if exists ${templateName}`);
  await client.query(`create database ${templateName}`);
  const template = await openDatabase({ url: databaseUrl(url, templateName) });
  await template.close();
  project.provide('postgresUrl', url);
  return async () => {
    await client.query(`drop database if exists ${templateName} with (force)`);
    await client.end();
    await server?.stop();
  };
}
