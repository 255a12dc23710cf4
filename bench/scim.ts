import { startPostgres } from '../test/support/postgres-server.ts';
import { print, ratio, table } from './report.ts';
import { measureLarge } from './scim/large.ts';
import { load } from './scim/load.ts';
import { type Server, startRoster, startScimmy } from './scim/servers.ts';

// SCIM beside SCIMMY with Express, which stores nothing: 2,000 users on each, then 100,000 on ours.

const population = 2_000;
const finds = 2_000;
const connections = 8;

async function measure(server: Server) {
  try {
    const asked = { connections, population };
    // The first users warm the server up.
    await load(server, { ...asked, kind: 'create', operations: 200, from: 1_000_000 });
    return {
      name: server.name,
      create: await load(server, { ...asked, kind: 'create', operations: population }),
      userName: await load(server, { ...asked, kind: 'userName', operations: finds }),
      externalId: await load(server, { ...asked, kind: 'externalId', operations: finds }),
    };
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
  await postgres.stop();
}
