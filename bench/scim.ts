import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../test/support/free-port.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { print, ratio, table } from './report.ts';
import type { Load, LoadResult } from './scim/generator.ts';

// SCIM create and `userName eq`, beside SCIMMY with Express, which stores nothing.

const token = 'rk_scim_token-of-the-bench';
const population = 2_000;
const finds = 2_000;
const connections = 8;

interface Server {
  name: string;
  url: string;
  stop(): Promise<void>;
}

async function startScimmy(): Promise<Server> {
  const child = spawn(process.execPath, ['bench/scim/scimmy-server.ts'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  return { name: 'SCIMMY, in memory', url: String(line).trim(), stop: () => stop(child) };
}

async function startRoster(name: string, settings: Record<string, string>): Promise<Server> {
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
      ROSTER_LOG_LEVEL: 'warn',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    name,
    url: `http://127.0.0.1:${port}/scim/v2`,
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

async function load(server: Server, kind: Load['kind'], operations: number, from = 0) {
  const asked: Load = { url: server.url, token, kind, connections, operations, from, population };
  const { stdout } = await promisify(execFile)(process.execPath, [
    'bench/scim/generator.ts',
    JSON.stringify(asked),
  ]);
  const result = JSON.parse(stdout) as LoadResult;
  if (result.failures > 0) throw new Error(`${server.name}: ${result.failures} ${kind} failed`);
  return result;
}

async function measure(server: Server) {
  try {
    // The first users warm the server up.
    await load(server, 'create', 200, 1_000_000);
    const create = await load(server, 'create', population);
    const find = await load(server, 'find', finds);
    return { name: server.name, create, find };
  } finally {
    await server.stop();
  }
}

const postgres = await startPostgres();
try {
  const peer = await measure(await startScimmy());
  const results = [
    peer,
    await measure(await startRoster('Roster, PostgreSQL', { ROSTER_DATABASE_URL: postgres.url })),
    await measure(await startRoster('Roster, embedded', {})),
  ];
  print(`SCIM, ${connections} connections, ${population} users, generator in a process of its own`);
  table(
    [
      'server',
      'creates/s',
      '× SCIMMY',
      'p50 ms',
      'p99 ms',
      'userName eq/s',
      '× SCIMMY',
      'p50 ms',
      'p99 ms',
    ],
    results.map(({ name, create, find }) => [
      name,
      create.perSecond.toFixed(0),
      ratio(create.perSecond, peer.create.perSecond),
      create.p50.toFixed(1),
      create.p99.toFixed(1),
      find.perSecond.toFixed(0),
      ratio(find.perSecond, peer.find.perSecond),
      find.p50.toFixed(1),
      find.p99.toFixed(1),
    ]),
  );
} finally {
  await postgres.stop();
}
