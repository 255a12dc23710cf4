import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { createTestDatabase } from './test-database.ts';

/** What the tests make of a first run. */
export const firstRun = {
  organization: 'Acme',
  slug: 'acme',
  username: 'admin',
  password: 'correct horse battery staple',
  scimToken: 'rk_scim_test-token-of-the-first-run',
  apiKey: 'rk_test-key-of-the-first-run',
  ldapPassword: 'ldap-password-of-the-first-run',
  baseDn: 'o=acme,dc=directory,dc=local',
  serviceDn: 'cn=bootstrap,ou=services,o=acme,dc=directory,dc=local',
} as const;

/** Roster as its operator runs it: a process of its own on free ports. */
export interface RunningRoster {
  url: string;
  ldapUrl: string;
  ldapPort: number;
  process: ChildProcess;
  /** What it wrote so far: standard output, then standard error. */
  output(): string;
  log(): string;
  /** Ends the process by a signal and answers its exit code (null: the signal ended it). */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  /** Starts it again on the same data and ports. */
  restart(): Promise<RunningRoster>;
  /** Ends it and throws its data away. */
  dispose(): Promise<void>;
}

/** Starts Roster on a database of its own and answers once it is ready. */
export async function startRoster(settings: Record<string, string> = {}): Promise<RunningRoster> {
  const database = await createTestDatabase();
  const data = mkdtempSync(join(tmpdir(), 'roster-data-'));
  const httpPort = await freePort();
  const ldapPort = await freePort();
  const environment: Record<string, string> = {
    ROSTER_HTTP_PORT: String(httpPort),
    ROSTER_LDAP_PORT: String(ldapPort),
    ROSTER_LDAPS_PORT: '0',
    ROSTER_DATA_DIR: data,
    ROSTER_BOOTSTRAP_ORGANIZATION: firstRun.organization,
    ROSTER_BOOTSTRAP_USERNAME: firstRun.username,
    ROSTER_BOOTSTRAP_PASSWORD: firstRun.password,
    ROSTER_BOOTSTRAP_SCIM_TOKEN: firstRun.scimToken,
    ROSTER_BOOTSTRAP_API_KEY: firstRun.apiKey,
    ROSTER_BOOTSTRAP_LDAP_PASSWORD: firstRun.ldapPassword,
    ...(database.url === undefined ? {} : { ROSTER_DATABASE_URL: database.url }),
    ...settings,
  };
  const dispose = async () => {
    await database.drop();
    rmSync(data, { recursive: true, force: true });
  };
  return run(environment, { httpPort, ldapPort, dispose });
}

async function run(
  environment: Record<string, string>,
  place: { httpPort: number; ldapPort: number; dispose: () => Promise<void> },
): Promise<RunningRoster> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('ROSTER_'));
  const child = spawn(process.execPath, ['server/main.ts'], {
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let log = '';
  const ready = Promise.withResolvers<void>();
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (output.includes('Roster is ready')) ready.resolve();
  });
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  exited.then(([code]) => ready.reject(new Error(`Roster ended with ${code}: ${log}`)));
  await ready.promise;
  const end = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return (await exited)[0];
  };
  return {
    url: `http://127.0.0.1:${place.httpPort}`,
    ldapUrl: `ldap://127.0.0.1:${place.ldapPort}`,
    ldapPort: place.ldapPort,
    process: child,
    output: () => output,
    log: () => log,
    end,
    restart: () => run(environment, place),
    dispose: async () => {
      if (child.exitCode === null && child.signalCode === null) await end();
      await place.dispose();
    },
  };
}
