import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScimApi, type ScimApi } from '../../test/support/scim-api.ts';
import { tuplesRead } from '../../test/support/tuples-read.ts';
import {
  createMember,
  createOrganization,
  createScimToken,
  findMembers,
  systemSession,
  type WalkPosition,
  walkStart,
} from '../directory/index.ts';

// RFC 9865: a walk by cursors meets everybody once, whoever comes and goes meanwhile.

let api: ScimApi;
beforeAll(async () => {
  api = await openScimApi();
  for (let index = 0; index < 23; index++) {
    await createMember(api.world.session(), {
      username: `user${String(index).padStart(2, '0')}`,
      enabled: true,
      // Several have the same title, and some none.
      profile: index % 4 === 0 ? {} : { title: `Title ${index % 3}` },
    });
  }
});
afterAll(() => api.close());

interface Walked {
  names: string[];
  pages: string[][];
}

async function walk(query: string, between: () => Promise<void> = async () => {}) {
  const walked: Walked = { names: [], pages: [] };
  let last: string | undefined;
  let first: string | undefined;
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const { status, body } = await api.scim('GET', `/Users?${query}&cursor=${cursor}`);
    expect(status).toBe(200);
    const names = body.Resources.map((user: { userName: string }) => user.userName);
    walked.names.push(...names);
    walked.pages.push(names);
    expect(body.previousCursor === undefined).toBe(cursor === '');
    first ??= body.nextCursor;
    last = body.previousCursor;
    cursor = body.nextCursor;
    await between();
  }
  return { ...walked, last, first };
}

test.each([
  'count=5',
  'count=7&sortBy=userName',
  'count=7&sortBy=userName&sortOrder=descending',
  'count=4&sortBy=title',
  'count=4&sortBy=title&sortOrder=descending',
  'count=3&sortBy=meta.lastModified&sortOrder=descending',
  'count=3&sortBy=active',
  `count=3&filter=${encodeURIComponent('title pr')}`,
])('every page once, and the way back: %s', async (query) => {
  const { body } = await api.scim('GET', `/Users?${query.replace(/count=\d+/, 'count=200')}`);
  const all = body.Resources.map((user: { userName: string }) => user.userName);
  const { names, pages, last } = await walk(query);
  expect(names).toHaveLength(body.totalResults);
  expect(names.toSorted()).toEqual(all.toSorted());
  if (!query.includes('title')) expect(names).toEqual(all);
  const back: string[][] = [];
  for (let cursor = last; cursor !== undefined; ) {
    const answer = await api.scim('GET', `/Users?${query}&cursor=${cursor}`);
    back.unshift(answer.body.Resources.map((user: { userName: string }) => user.userName));
    cursor = answer.body.previousCursor;
  }
  expect(back.flat()).toEqual(pages.slice(0, -1).flat());
});

test('who stays is met once while others come and go', async () => {
  const { body } = await api.scim('GET', '/Users?count=200');
  const before = body.Resources.map((user: { userName: string }) => user.userName);
  let made = 0;
  const { names } = await walk('count=6&sortBy=userName', async () => {
    // Before and after where the walk stands, and the very row that it stands on.
    await api.scim('POST', '/Users', { userName: `a-newcomer${made}` });
    await api.scim('POST', '/Users', { userName: `z-newcomer${made++}` });
    const { body: found } = await api.scim(
      'GET',
      `/Users?filter=${encodeURIComponent(`userName eq "user${String(made * 5).padStart(2, '0')}"`)}`,
    );
    const id = found.Resources[0]?.id;
    if (id !== undefined) await api.scim('DELETE', `/Users/${id}`);
  });
  expect(new Set(names).size).toBe(names.length);
  const { body: rest } = await api.scim('GET', '/Users?count=200');
  const after = new Set(rest.Resources.map((user: { userName: string }) => user.userName));
  for (const name of before) if (after.has(name)) expect(names).toContain(name);
});

test('a cursor serves no other query, no other type and no other organization', async () => {
  const { first } = await walk('count=5&sortBy=userName');
  const status = async (path: string, token?: string) => {
    const { status: code, body } = await api.scim('GET', path, undefined, token ? { token } : {});
    return [code, body.scimType];
  };
  const refused = [400, 'invalidCursor'];
  expect(await status(`/Users?sortBy=userName&cursor=${first}`)).toEqual([200, undefined]);
  expect(await status(`/Users?cursor=${first}`)).toEqual(refused);
  expect(await status(`/Users?sortBy=title&cursor=${first}`)).toEqual(refused);
  expect(await status(`/Groups?sortBy=displayName&cursor=${first}`)).toEqual(refused);
  const changed = `${first?.slice(0, -4)}AAAA`;
  for (const cursor of ['x', '!!', changed, Buffer.from('["after"]').toString('base64url')]) {
    expect(await status(`/Users?sortBy=userName&cursor=${cursor}`)).toEqual(refused);
  }
  const { directory } = api.world;
  const em = directory.entityManager();
  const other = await createOrganization(em, { name: 'Beta' });
  const issued = await createScimToken(systemSession(em, other), { name: 'x', profile: 'rfc' });
  expect(await status(`/Users?sortBy=userName&cursor=${first}`, issued.secret)).toEqual(refused);
});

test('a page deep in a walk reads what it shows and no more', async () => {
  const em = api.world.directory.entityManager();
  const organization = api.world.made.organization.id;
  await sql`
    insert into member (organization_id, id, status, username, username_key, display_name,
      display_name_key, profile, profile_key, created_by, created_at, updated_at, version)
    select ${organization}::uuid, gen_random_uuid(), 'pending', 'bulk' || n, 'bulk' || n, 'Bulk', 'bulk',
      '{}', '{}', '{"kind":"system","name":"x"}', now() + n * interval '1 ms', now(), 1
    from generate_series(1, 20000) n
  `.execute(em.getKysely());
  await sql`analyze member`.execute(em.getKysely());
  const query = { filter: { op: 'present', attribute: 'username' }, limit: 200 } as const;
  await em.transactional(async (tx) => {
    const session = { ...api.world.session(), em: tx };
    let offset: WalkPosition = walkStart;
    for (let page = 0; page < 20; page++) {
      offset = (await findMembers(session, { ...query, offset })).next ?? walkStart;
    }
    const read = () => tuplesRead(tx, 'member');
    const before = await read();
    expect((await findMembers(session, { ...query, offset })).rows).toHaveLength(200);
    const walked = await read();
    expect(walked - before).toBeLessThan(1_000);
    await findMembers(session, { ...query, offset: 4_000 });
    expect((await read()) - walked).toBeGreaterThan(4_000);
  });
});
