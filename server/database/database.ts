import { join } from 'node:path';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { Migrator } from '@mikro-orm/migrations';
import { PgliteDriver } from '@mikro-orm/pglite';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { MikroORM, type SqlEntityManager } from '@mikro-orm/sql';
import type { Pool } from 'pg';
import { migrations } from '../../migrations/all.ts';
import { entities } from '../directory/index.ts';
import { coalesce } from './coalesce.ts';
import { holdDataDirectory } from './data-directory.ts';
import { keepPlans } from './kept-plans.ts';
import { keepUp } from './upkeep.ts';
import { coalesceMs, listenForWakes } from './wake.ts';

export interface Database {
  readonly kind: 'embedded' | 'postgresql';
  /** An entity manager with an identity map of its own: one a request. */
  entityManager(): SqlEntityManager;
  /** Calls back when a writer, here or on another node, says that it has committed. Ends with the database. */
  onWake(listener: () => void): void;
  /** Tells the readers of the change feed, on every node, that there may be something new. */
  wake(): void;
  /** @throws when the database does not answer within the milliseconds given */
  ping(timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** `postgres://…`; without it the database is embedded. */
  url?: string | undefined;
  /** Where the embedded database lives; without it (and without a url) it lives in memory. */
  dataDirectory?: string | undefined;
  /** Connections to a PostgreSQL server. */
  poolSize?: number;
}

// Any number that no other program takes as its advisory lock in this database.
const migrationLock = 7_264_105;

const shared = {
  entities: [...entities],
  extensions: [Migrator],
  migrations: {
    migrationsList: migrations,
    tableName: 'schema_migration',
    snapshot: false,
    transactional: true,
  },
  // Functions and triggers are made and changed by migrations only.
  schemaGenerator: { ignoreRoutines: true, ignoreTriggers: true },
  logger: () => {},
  // Rows are read for one request and thrown away with it.
  allowGlobalContext: false,
  ignoreUndefinedInQuery: false,
};

/** Opens the database, brings its schema up to date, and answers when it can be used. */
export async function openDatabase({
  url,
  dataDirectory,
  poolSize = 10,
}: DatabaseOptions = {}): Promise<Database> {
  return url === undefined ? openEmbedded(dataDirectory) : openServer(url, poolSize);
}

async function openEmbedded(dataDirectory: string | undefined): Promise<Database> {
  let release = async () => {};
  let dbName = 'memory://';
  if (dataDirectory !== undefined) {
    release = await holdDataDirectory(dataDirectory);
    dbName = join(dataDirectory, 'database');
  }
  const orm = await MikroORM.init({
    ...shared,
    driver: PgliteDriver,
    dbName,
    driverOptions: { extensions: { pg_trgm } },
  });
  await orm.migrator.up();
  // The only process of this database: waking is a call.
  const listeners: (() => void)[] = [];
  const wakes = coalesce(() => {
    for (const listener of listeners) listener();
  }, coalesceMs);
  const upkeep = keepUp('embedded', () => orm.em.fork());
  return {
    kind: 'embedded',
    entityManager: () => orm.em.fork(),
    onWake: (listener) => void listeners.push(listener),
    wake: wakes.ask,
    ping: (timeoutMs = 1000) => ping(orm.em, timeoutMs),
    close: async () => {
      wakes.close();
      await upkeep.close();
      await orm.close(true);
      await release();
    },
  };
}

async function openServer(url: string, poolSize: number): Promise<Database> {
  await migrate(url);
  const orm = await MikroORM.init({
    ...shared,
    driver: PostgreSqlDriver,
    pool: { min: 0, max: poolSize },
    // pg waits without limit by default (for a connection and for an answer).
    driverOptions: {
      // Whole, with its sslmode and whatever else it says.
      connectionString: url,
      connectionTimeoutMillis: 3000,
      statement_timeout: 30_000,
      query_timeout: 35_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      onPoolCreated: (pool: Pool) => pool.on('connect', keepPlans),
    },
    dbName: databaseName(url),
  });
  const wakes = listenForWakes(url);
  const upkeep = keepUp('postgresql', () => orm.em.fork());
  return {
    kind: 'postgresql',
    entityManager: () => orm.em.fork(),
    onWake: wakes.onWake,
    wake: wakes.wake,
    ping: (timeoutMs = 1000) => ping(orm.em, timeoutMs),
    close: async () => {
      await wakes.close();
      await upkeep.close();
      await orm.close(true);
    },
  };
}

/**
 * Brings the schema up to date over connections of its own, whose statements may take their time: a
 * migration of a large table, and the wait of nodes that start together, who take turns.
 */
async function migrate(url: string): Promise<void> {
  const orm = await MikroORM.init({
    ...shared,
    driver: PostgreSqlDriver,
    pool: { min: 0, max: 2 },
    driverOptions: { connectionString: url, connectionTimeoutMillis: 3000, keepAlive: true },
    dbName: databaseName(url),
  });
  try {
    await orm.em.fork().transactional(async (em) => {
      await em.execute(`select pg_advisory_xact_lock(${migrationLock})`);
      await orm.migrator.up();
    });
  } finally {
    await orm.close(true);
  }
}

function databaseName(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

async function ping(em: SqlEntityManager, timeoutMs: number): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`The database did not answer within ${timeoutMs} ms.`)),
    timeoutMs,
  );
  try {
    await Promise.race([em.fork().execute('select 1'), promise]);
  } finally {
    clearTimeout(timer);
  }
}
