import { startPostgres } from '../test/support/postgres-server.ts';
import { print, ratio, table } from './report.ts';
import type { LoadResult } from './scim/generator.ts';
import { measureLarge } from './scim/large.ts';
import { load } from './scim/load.ts';
import { quantile } from './scim/requests.ts';
import { type Server, startRoster, startScimmy } from './scim/servers.ts';

// SCIM beside SCIMMY with Express, which stores nothing: 2,000 users on each, then 100,000 on ours.

const population = 2_000;
const connections = 8;
// The servers take turns, so that what else the machine does is not the misfortune of one.
const rounds = 4;

type Kind = 'create' | 'userName' | 'externalId';

/** Each server's medians of its rounds, in the order of the servers. */
async function takeTurns(servers: readonly Server[], kind: Kind): Promise<LoadResult[]> {
  const operations = population / rounds;
  const results = servers.map((): LoadResult[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, server] of servers.entries()) {
      const from = round * operations;
      const asked = { kind, connections, population, operations, from };
      results[index]?.push(await load(server, asked));
    }
  }
  return results.map((own) => ({
    perSecond: middle(own.map((one) => one.perSecond)),
    p50: middle(own.map((one) => one.p50)),
    p99: middle(own.map((one) => one.p99)),
    failures: 0,
  }));
}

function middle(values: readonly number[]): number {
  return (quantile(values, 0.49) + quantile(values, 0.5)) / 2;
}

async function measure(servers: readonly Server[]) {
  // The first users warm a server up.
  for (const server of servers) {
    const warmUp = { kind: 'create' as const, connections, population };
    await load(server, { ...warmUp, operations: 400, from: 1_000_000 });
  }
  const create = await takeTurns(servers, 'create');
  const userName = await takeTurns(servers, 'userName');
  const externalId = await takeTurns(servers, 'externalId');
  return servers.map(({ name }, index) => ({
    name,
    create: create[index] as LoadResult,
    userName: userName[index] as LoadResult,
    externalId: externalId[index] as LoadResult,
  }));
}

const postgres = await startPostgres();
const servers: Server[] = [];
try {
  servers.push(
    await startScimmy(),
    await startRoster('Roster, PostgreSQL', { ROSTER_DATABASE_URL: postgres.url }),
    await startRoster('Roster, embedded', {}),
  );
  const results = await measure(servers);
  const [peer] = results;
  if (peer === undefined) throw new Error('Nothing was measured.');
  for (let server = servers.pop(); server !== undefined; server = servers.pop())
    await server.stop();
  print(`SCIM, ${connections} connections, ${population} users, generator in a process of its own`);
  table(
    [
      'server',
      ...['creates/s', '× SCIMMY', 'p50 ms', 'p99 ms'],
      ...['userName eq/s', '× SCIMMY', 'p50 ms', 'p99 ms'],
      ...['externalId eq/s', '× SCIMMY'],
    ],
    results.map(({ name, create, userName, externalId }) => [
      name,
      create.perSecond.toFixed(0),
      ratio(create.perSecond, peer.create.perSecond),
      create.p50.toFixed(1),
      create.p99.toFixed(1),
      userName.perSecond.toFixed(0),
      ratio(userName.perSecond, peer.userName.perSecond),
      userName.p50.toFixed(1),
      userName.p99.toFixed(1),
      externalId.perSecond.toFixed(0),
      ratio(externalId.perSecond, peer.externalId.perSecond),
    ]),
  );
  const large = await startPostgres();
  try {
    await measureLarge(large.url, {
      creates: peer.create.perSecond,
      userName: peer.userName.perSecond,
      externalId: peer.externalId.perSecond,
    });
  } finally {
    await large.stop();
  }
} finally {
  for (const server of servers) await server.stop();
  await postgres.stop();
}
