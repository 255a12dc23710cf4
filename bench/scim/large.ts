import { print, ratio, table } from '../report.ts';
import { type Filled, fill } from './fill.ts';
import { load } from './load.ts';
import { quantile, send } from './requests.ts';
import { type Server, startRoster } from './servers.ts';

// One organization of 100,000 users on PostgreSQL.

const users = 100_000;
const repetitions = 200;
const warmUp = 20;
const pages = 60;
const pageSize = 200;
const finds = 4_000;

/** What the peer does among its 2,000 users, a second. */
export interface Peer {
  creates: number;
  userName: number;
  externalId: number;
}

type Row = [what: string, measured: string, compared: string, goal: string];

export async function measureLarge(databaseUrl: string, peer: Peer): Promise<void> {
  const begun = performance.now();
  const spare = repetitions + warmUp;
  const filled = await fill(databaseUrl, { users, spare: spare * 2, empty: spare });
  print(`Filled with ${users} users in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  const roster = await startRoster('Roster', { ROSTER_DATABASE_URL: databaseUrl });
  try {
    const rows = [
      ...(await findRows(roster, peer)),
      ...(await pageRows(roster)),
      ...(await groupRows(roster, filled)),
      ...(await walkRows(roster)),
      ...(await createRows(roster, peer)),
    ];
    print(`SCIM at ${users} users, PostgreSQL`);
    table(['what', 'measured', 'beside', 'goal'], rows);
  } finally {
    await roster.stop();
  }
}

async function findRows(roster: Server, peer: Peer): Promise<Row[]> {
  const rows: Row[] = [];
  for (const kind of ['userName', 'externalId'] as const) {
    const asked = { kind, population: users };
    await load(roster, { ...asked, connections: 8, operations: 500 });
    const found = await load(roster, { ...asked, connections: 8, operations: finds });
    rows.push([
      `${kind} eq, 8 connections`,
      `${found.perSecond.toFixed(0)}/s, p50 ${ms(found.p50)}, p99 ${ms(found.p99)}`,
      `${ratio(found.perSecond, peer[kind])} × SCIMMY at 2,000`,
      '≥ 10 ×',
    ]);
  }
  return rows;
}

async function pageRows(roster: Server): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [what, from] of [
    ['first', 1],
    ['middle', users / 2],
  ] as const) {
    const times: number[] = [];
    for (let round = -5; round < pages; round++) {
      const { json, ms: took } = await send(
        roster,
        'GET',
        `/Users?startIndex=${from}&count=${pageSize}`,
      );
      const { Resources } = json as { Resources: unknown[] };
      if (Resources.length !== pageSize) throw new Error(`A page of ${Resources.length} users.`);
      if (round >= 0) times.push(took);
    }
    rows.push([
      `page of ${pageSize} users, the ${what}`,
      `median ${ms(quantile(times, 0.5))}, p95 ${ms(quantile(times, 0.95))}`,
      '',
      '≤ 25 ms',
    ]);
  }
  return rows;
}

async function groupRows(roster: Server, { large, empty, spare }: Filled): Promise<Row[]> {
  const add = async (group: string, member: string | undefined) => {
    const { ms: took } = await send(roster, 'PATCH', `/Groups/${group}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'add', path: 'members', value: [{ value: member }] }],
    });
    return took;
  };
  const toLarge: number[] = [];
  const toEmpty: number[] = [];
  for (const [round, group] of empty.entries()) {
    const intoEmpty = await add(group, spare[round * 2]);
    const intoLarge = await add(large, spare[round * 2 + 1]);
    if (round < warmUp) continue;
    toEmpty.push(intoEmpty);
    toLarge.push(intoLarge);
  }
  const [ofLarge, ofEmpty] = [quantile(toLarge, 0.5), quantile(toEmpty, 0.5)];
  return [
    [
      `add a member to a group of ${users}`,
      `median ${ms(ofLarge)}`,
      `${ratio(ofLarge, ofEmpty)} × an empty group (${ms(ofEmpty)})`,
      '≤ 1.2 ×',
    ],
  ];
}

async function walkRows(roster: Server): Promise<Row[]> {
  // The first walk lets the heap grow to what serving pages takes; the second shows whether it goes on.
  await walk(roster);
  const { seconds, seen, before, peak, after } = await walk(roster);
  return [
    [
      `cursor walk, ${pageSize} a page`,
      `${seconds.toFixed(1)} s, ${(seen / seconds).toFixed(0)} users/s`,
      `memory ${before.toFixed(0)} MiB before, ${peak.toFixed(0)} at most, ${after.toFixed(0)} after`,
      'flat',
    ],
  ];
}

async function walk(roster: Server) {
  const before = await roster.memory();
  let peak = before;
  let seen = 0;
  let cursor: string | undefined = '';
  const begun = performance.now();
  for (let page = 0; cursor !== undefined; page++) {
    const path = `/Users?cursor=${encodeURIComponent(cursor)}&count=${pageSize}`;
    const { json } = await send(roster, 'GET', path);
    const answer = json as { Resources: unknown[]; nextCursor?: string };
    seen += answer.Resources.length;
    cursor = answer.nextCursor;
    if (page % 10 === 0) peak = Math.max(peak, await roster.memory());
  }
  const seconds = (performance.now() - begun) / 1000;
  if (seen < users) throw new Error(`A walk of ${seen} users.`);
  return { seconds, seen, before, peak, after: await roster.memory() };
}

async function createRows(roster: Server, peer: Peer): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [index, connections] of [8, 32].entries()) {
    const from = (index + 2) * 1_000_000;
    const asked = { kind: 'create', connections, population: users } as const;
    await load(roster, { ...asked, operations: 300, from: from + 500_000 });
    const created = await load(roster, { ...asked, operations: 3_000, from });
    rows.push([
      `create, ${connections} connections`,
      `${created.perSecond.toFixed(0)}/s, p50 ${ms(created.p50)}, p99 ${ms(created.p99)}`,
      `${ratio(created.perSecond, peer.creates)} × SCIMMY with 8`,
      '≥ 1.0 ×',
    ]);
  }
  return rows;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
