import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../test/support/free-port.ts';

/** What every server of the bench takes as its token. */
export const token = 'rk_scim_token-of-the-bench';

/** A SCIM service in a process of its own. */
export interface Server {
  name: string;
  url: string;
  /** Resident memory in MiB; only of Roster. */
  memory(): Promise<number>;
  stop(): Promise<void>;
}

/** The peer, which stores nothing. */
export async function startScimmy(): Promise<Server> {
  const child = spawn(process.execPath, ['bench/scim/scimmy-server.ts'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return {
    name: 'SCIMMY, in memory',
    url: String(line).trim(),
    memory: () => Promise.reject(new Error('SCIMMY does not tell.')),
    stop: () => stop(child),
  };
}

export async function startRoster(name: string, settings: Record<string, string>): Promise<Server> {
  const data = mkdtempSync(join(tmpdir(), 'roster-bench-'));
  const port = await freePort();
  const child = spawn(process.execPath, ['server/main.ts'], {
    env: {
      ...process.env,
      ROSTER_HTTP_PORT: String(port),
      ROSTER_LDAP_PORT: '0',
      ROSTER_LDAPS_PORT: '0',
      ROSTER_DATA_DIR: data,
      ROSTER_BOOTSTRAP_SCIM_TOKEN: token,
      ROSTER_SCIM_REQUESTS_PER_SECOND: '0',
      ROSTER_LOG_LEVEL: 'error',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    name,
    url: `http://127.0.0.1:${port}/scim/v2`,
    memory: async () => {
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]) / 2 ** 20;
    },
    stop: async () => {
      await stop(child);
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
