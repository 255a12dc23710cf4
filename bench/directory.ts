/**
 * The directory behind the admin API, 100,000 members in one organization on PostgreSQL: what each call
 * takes in this process, the HTTP handler with authentication included and the socket left out. Run:
 * `node bench/directory.ts`.
 */
import { performance } from 'node:perf_hooks';
import { sql } from 'kysely';
import { openDatabase } from '../server/database/database.ts';
import { bootstrap, createDirectory, systemSession } from '../server/directory/index.ts';
import { adminApi } from '../server/http/application.ts';
import type { LiveChanges } from '../server/http/live-changes.ts';
import { plainTexts } from '../test/support/plain-texts.ts';
import { startPostgres } from '../test/support/postgres-server.ts';
import { type Filled, fill } from './directory/fill.ts';
import { print, ratio, table } from './report.ts';

const members = 100_000;
const rounds = 100;
const warmUp = 20;
const password = 'correct horse battery staple';

// Short and long, misspelt, other scripts, parts of addresses, two letters, what nobody has.
const searches = [
  ...['kowalski', 'kowaslki', 'kristensen', 'kristnesen', 'lindolström', 'lindstrom', 'novotan'],
  ...['sandenberg', 'katerina', 'katrina', 'anna', 'müle', 'anna berg', 'michael svens', 'soren'],
  ...['张伟', '王', '李秀英', '陈', '佐藤', 'иванова', 'ольга', 'παπαδόπουλος', 'zoe wein'],
  ...['anna.berg', 'zhang123', 'zhang4@acme', '99999', 'ru777', 'an', 'wa', 'st', 'zq'],
  ...['qqqqqq', 'xylophon', 'weißa', 'christopher müle'],
];
// In nearly every address: found and counted by looking at each.
const broad = 'acme';

interface Row {
  what: string;
  times: number[];
  /** Which of the times the goal is about. */
  goal?: { at: 'median' | 'p95'; ms: number };
  /** What the call cannot do without, measured beside it, and not ours to make faster. */
  less?: number[];
}

const postgres = await startPostgres();
const database = await openDatabase({ url: postgres.url });
try {
  await run();
} finally {
  await database.close();
  await postgres.stop();
}

async function run(): Promise<void> {
  const directory = createDirectory({
    entityManager: database.entityManager,
    announce: database.wake,
  });
  const made = await bootstrap(directory, {
    organization: 'Acme',
    username: 'admin',
    scimProfile: 'lenient',
    apiKey: 'rk_key-of-the-bench',
  });
  if (made === undefined) throw new Error('The database was not empty.');
  const session = systemSession(directory.entityManager(), made.organization);
  const filled = await fill(session, members);
  const api = adminApi({
    directory,
    publicUrl: 'http://roster.example',
    ldapBaseDn: 'dc=directory,dc=local',
    exportMembersCsv: async function* () {},
    exportAuditCsv: async function* () {},
    liveChanges: {} as LiveChanges,
    webhookPolicy: { allowPrivate: false },
    toleranceWords: () => ({ description: '', clients: [] }),
    mailTexts: plainTexts,
    testMail: () => ({ subject: '', text: '' }),
    log: { error: (...logged: unknown[]) => print(JSON.stringify(logged)) },
  });
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await api.request(path, {
      method,
      headers: { authorization: 'Bearer rk_key-of-the-bench', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text;
  };
  const rows = [
    ...(await peers()),
    ...(await lists(call, filled)),
    ...(await writes(call, filled, directory.passwords)),
  ];
  report(rows);
}

type Call = (method: string, path: string, body?: unknown) => Promise<string>;

/** What a page and a durable write cost without a directory around them. */
async function peers(): Promise<Row[]> {
  const db = database.entityManager().getKysely();
  const page = sql`select id, display_name, username, email, status from member
    order by organization_id, display_name_key collate "C", id limit 50`;
  return [
    await measure('peer: select 1', () => sql`select 1`.execute(db)),
    await measure('peer: 50 rows of one table by an index', () => page.execute(db)),
    await measure('peer: one durable update of one row', () =>
      sql`update api_key set last_used_at = now()`.execute(db),
    ),
  ];
}

async function lists(call: Call, { root, branch, leaf, role }: Filled): Promise<Row[]> {
  const get = (path: string) => () => call('GET', path);
  const first = await get('/members')();
  const cursor = encodeURIComponent(JSON.parse(first).nextCursor);
  const found = new Map<string, number[]>();
  for (let round = 0; round < 12; round++) {
    for (const search of searches) {
      const { times } = await measure(
        search,
        get(`/members?search=${encodeURIComponent(search)}`),
        1,
        0,
      );
      if (round >= 2) found.set(search, [...(found.get(search) ?? []), ...times]);
    }
  }
  const slowest = [...found].map(([search, times]) => ({ search, times }));
  slowest.sort((a, b) => quantile(b.times, 0.5) - quantile(a.times, 0.5));
  const page = { at: 'median', ms: 5 } as const;
  return [
    await measure('first page', get('/members'), rounds, warmUp, page),
    await measure(
      'first page, root with all below',
      get(`/members?department=${root}&includeDescendants=true`),
    ),
    await measure('next page, by cursor', get(`/members?cursor=${cursor}`)),
    await measure('newest first', get('/members?sort=-createdAt')),
    await measure('disabled only', get('/members?status=disabled')),
    await measure('invitation expired', get('/members?invitation=expired'), 20, 5),
    await measure('one role that all hold', get(`/members?role=${role}`), 20, 5),
    await measure('a department', get(`/members?department=${leaf}`)),
    await measure(
      'a twelfth of the tree',
      get(`/members?department=${branch}&includeDescendants=true`),
      30,
      5,
    ),
    {
      what: `fuzzy search, ${searches.length} different ones`,
      times: slowest.flatMap(({ times }) => times),
      goal: { at: 'p95', ms: 30 },
    },
    ...slowest.slice(0, 3).map(({ search, times }) => ({ what: `  slowest: ${search}`, times })),
    await measure(
      `search: ${broad}, which nearly all have`,
      get(`/members?search=${broad}`),
      10,
      2,
    ),
    await measure('tree of 2,000 departments with counts', get('/departments'), 40, 10, {
      at: 'median',
      ms: 20,
    }),
    await measure('username check', get('/members/username-check?username=anna.berg1')),
  ];
}

async function writes(
  call: Call,
  { root, role }: Filled,
  passwords: { hash(password: string): Promise<string> },
): Promise<Row[]> {
  const goal = { at: 'median', ms: 5 } as const;
  const hashing: number[] = [];
  const calls: number[] = [];
  let number = 0;
  const add = await measure(
    'add with a password, Argon2id taken off',
    async () => {
      const before = performance.now();
      await passwords.hash(password);
      const start = performance.now();
      hashing.push(start - before);
      number++;
      await call('POST', '/members', {
        name: `Added ${number}`,
        departments: [root],
        roles: [role],
        username: `added${number}`,
        email: `added${number}@acme.example`,
        password,
      });
      calls.push(performance.now() - start);
    },
    rounds,
    warmUp,
    goal,
  );
  const { items } = JSON.parse(await call('GET', '/members?sort=-createdAt&limit=100'));
  let turn = 0;
  const target = () => items[turn++ % items.length].id;
  return [
    { ...add, times: calls.slice(warmUp), less: hashing.slice(warmUp) },
    await measure(
      'edit: another name',
      () => call('PATCH', `/members/${target()}`, { name: `Renamed ${turn}` }),
      rounds,
      warmUp,
      goal,
    ),
    await measure(
      'edit: name, address, role',
      () =>
        call('PATCH', `/members/${target()}`, {
          name: `Renamed ${turn}`,
          email: `renamed${turn}@acme.example`,
          roles: [role],
        }),
      rounds,
      warmUp,
      goal,
    ),
  ];
}

async function measure(
  what: string,
  work: () => Promise<unknown>,
  times = rounds,
  before = warmUp,
  goal?: Row['goal'],
): Promise<Row> {
  for (let turn = 0; turn < before; turn++) await work();
  const taken: number[] = [];
  for (let turn = 0; turn < times; turn++) {
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  return { what, times: taken, ...(goal && { goal }) };
}

function quantile(times: readonly number[], at: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? 0;
}

function report(rows: Row[]): void {
  print(
    `Directory, ${members} members in one organization, PostgreSQL, in process, in milliseconds`,
  );
  const roundTrip = quantile(rows[0]?.times ?? [], 0.5);
  table(
    ['what', 'least', 'median', 'p95', '× select 1', 'goal', 'reached'],
    rows.map(({ what, times, goal, less }) => {
      const own = less === undefined ? times : times.map((time) => time - quantile(less, 0.5));
      const median = quantile(own, 0.5);
      const reached = goal && (goal.at === 'median' ? median : quantile(own, 0.95)) <= goal.ms;
      return [
        what,
        quantile(own, 0).toFixed(1),
        median.toFixed(1),
        quantile(own, 0.95).toFixed(1),
        ratio(median, roundTrip),
        goal === undefined ? '' : `${goal.ms} at ${goal.at}`,
        reached === undefined ? '' : reached ? 'yes' : 'NO',
      ];
    }),
  );
}
