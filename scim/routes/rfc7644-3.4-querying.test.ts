import { describe, expect, it } from 'vitest';
import { groupUrn, listed, type Reply, startService, userUrn } from '../test-support/service.ts';
import { searchUrn } from './query.ts';

async function startWithPeople() {
  const service = startService();
  for (const [userName, title] of [
    ['dora', 'b'],
    ['Anna', undefined],
    ['ben', 'A'],
    ['carl', 'c'],
  ]) {
    const emails = [
      { value: `z-${userName}@x.io`, type: 'home' },
      { value: `${userName}@acme.com`, type: 'work', primary: true },
    ];
    await service.send('POST', '/Users', { schemas: [userUrn], userName, title, emails });
  }
  const names = (reply: Reply) => listed(reply, 'userName');
  const query = (text: string) => service.send('GET', `/Users?${text}`);
  return { ...service, names, query };
}

const filterOf = (text: string) => `filter=${encodeURIComponent(text)}`;

describe('RFC 7644 section 3.4.2: querying', () => {
  it('edge case 11, Entra ID case 26: no match is 200 with an empty array', async () => {
    const { query } = await startWithPeople();
    const reply = await query(filterOf('userName eq "1b6a"'));
    expect([reply.status, reply.body]).toEqual([
      200,
      {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        totalResults: 0,
        startIndex: 1,
        itemsPerPage: 0,
        Resources: [],
      },
    ]);
  });

  it('Okta cases 33 and 45: finds by userName in any case', async () => {
    const { query, names } = await startWithPeople();
    const reply = await query(`${filterOf('userName eq "ANNA"')}&startIndex=1&count=100`);
    expect(names(reply)).toEqual(['Anna']);
    expect(reply.body).toMatchObject({ totalResults: 1, startIndex: 1, itemsPerPage: 1 });
  });

  it('section 3.4.2.2: value paths, precedence and negation', async () => {
    const { query, names } = await startWithPeople();
    const found = async (text: string) => names(await query(filterOf(text)));
    expect(await found('emails[type eq "work" and value sw "ben"]')).toEqual(['ben']);
    expect(await found('emails[type eq "work"].value eq "carl@acme.com"')).toEqual(['carl']);
    expect(await found('userName eq "ben" or userName eq "carl" and title eq "x"')).toEqual([
      'ben',
    ]);
    expect(await found('not (title pr)')).toEqual(['Anna']);
    expect(await found('unknown eq "x"')).toEqual([]);
  });

  it('an invalid filter is 400 invalidFilter', async () => {
    const { query } = await startWithPeople();
    for (const text of ['userName', 'active gt true', '((((', 'a eq "\\u0000"']) {
      expect((await query(filterOf(text))).body).toMatchObject({ scimType: 'invalidFilter' });
    }
  });

  it('edge case 16: sorts without case, missing values last, descending first', async () => {
    const { query, names } = await startWithPeople();
    expect(names(await query('sortBy=userName'))).toEqual(['Anna', 'ben', 'carl', 'dora']);
    expect(names(await query('sortBy=title'))).toEqual(['ben', 'dora', 'carl', 'Anna']);
    expect(names(await query('sortBy=title&sortOrder=descending'))).toEqual([
      'Anna',
      'carl',
      'dora',
      'ben',
    ]);
    expect(names(await query('sortBy=emails'))).toEqual(['Anna', 'ben', 'carl', 'dora']);
  });

  it.each(['sortBy=shoeSize', 'sortBy=password', 'sortBy=name', 'sortBy=title&sortOrder=up'])(
    '%s is 400',
    async (text) => {
      const { query } = await startWithPeople();
      expect((await query(text)).status).toBe(400);
    },
  );

  it('edge cases 13 and 14: pages are normalised and counted', async () => {
    const { query, names } = await startWithPeople();
    const second = await query('startIndex=3&count=2');
    expect(names(second)).toEqual(['ben', 'carl']);
    expect(second.body).toMatchObject({ totalResults: 4, startIndex: 3, itemsPerPage: 2 });
    expect((await query('startIndex=-4&count=1')).body).toMatchObject({ startIndex: 1 });
    expect((await query('count=0')).body).toMatchObject({ totalResults: 4, Resources: [] });
    expect((await query('count=-1')).body).toMatchObject({ totalResults: 4, itemsPerPage: 0 });
    expect((await query('startIndex=99')).body).toMatchObject({ startIndex: 99, itemsPerPage: 0 });
    expect((await query('count=x')).body).toMatchObject({ status: '400' });
    expect((await query('startIndex=1.5')).body).toMatchObject({ status: '400' });
  });

  it('gives no more than the largest page', async () => {
    const { send } = startService({ limits: { maxResults: 2, defaultResults: 1 } });
    for (const userName of ['a', 'b', 'c']) await send('POST', '/Users', { userName });
    expect((await send('GET', '/Users?count=1000')).body).toMatchObject({ itemsPerPage: 2 });
    expect((await send('GET', '/Users')).body).toMatchObject({ itemsPerPage: 1, totalResults: 3 });
  });

  it('Entra ID case 31: unknown parameters are passed over', async () => {
    const { query } = await startWithPeople();
    expect((await query('aadOptscim062020')).status).toBe(200);
  });

  it('Entra ID case 25: an excluded collection is never loaded', async () => {
    const { send, storage } = startService();
    const body = { schemas: [groupUrn], displayName: 'G', members: [{ value: 'u-1' }] };
    await send('POST', '/Groups', body);
    storage.collectionReads.length = 0;
    const list = await send('GET', '/Groups?excludedAttributes=members&filter=displayName eq "G"');
    await send('GET', '/Groups/group-1?excludedAttributes=members');
    await send('GET', '/Groups/group-1?attributes=displayName');
    expect(listed(list, 'members')).toEqual([undefined]);
    expect(storage.collectionReads).toEqual([]);
    expect((await send('GET', '/Groups/group-1')).body).toHaveProperty('members');
  });

  it('filters by a collection', async () => {
    const { send } = startService();
    const members = [{ value: 'u-1' }];
    await send('POST', '/Groups', { schemas: [groupUrn], displayName: 'G', members });
    await send('POST', '/Groups', { schemas: [groupUrn], displayName: 'H' });
    const found = await send('GET', `/Groups?${filterOf('members[value eq "u-1"]')}`);
    expect(listed(found, 'displayName')).toEqual(['G']);
  });

  it('section 3.4.2.1: the root lists all types, page after page', async () => {
    const { send } = await startWithPeople();
    await send('POST', '/Groups', { schemas: [groupUrn], displayName: 'G' });
    await send('POST', '/Groups', { schemas: [groupUrn], displayName: 'H' });
    const page = await send('GET', '/?startIndex=4&count=2');
    expect(listed(page, 'id')).toEqual(['user-4', 'group-5']);
    expect(page.body).toMatchObject({ totalResults: 6, startIndex: 4, itemsPerPage: 2 });
    const last = await send('GET', '/?startIndex=6&count=5');
    expect(listed(last, 'id')).toEqual(['group-6']);
    const found = await send('GET', `/?${filterOf('meta.resourceType eq "Group"')}`);
    expect(listed(found, 'id')).toEqual(['group-5', 'group-6']);
    expect((await send('GET', '/?sortBy=id')).status).toBe(400);
    expect((await send('GET', '/?cursor')).status).toBe(400);
  });
});

describe('RFC 7644 section 3.4.3: querying by POST', () => {
  const search = {
    schemas: [searchUrn],
    filter: 'userName sw "a"',
    attributes: ['userName'],
    count: 5,
  };

  it('answers 200 at a type and at the root', async () => {
    const { send } = await startWithPeople();
    for (const path of ['/Users/.search', '/.search', '/acme/Users/.search', '/acme/.search']) {
      const reply = await send('POST', path, search);
      expect([reply.status, reply.body]).toMatchObject([
        200,
        { totalResults: 1, Resources: [{ schemas: [userUrn], id: 'user-2', userName: 'Anna' }] },
      ]);
    }
  });

  it('sorts and pages', async () => {
    const { send, names } = await startWithPeople();
    const body = {
      schemas: [searchUrn],
      sortBy: 'userName',
      sortOrder: 'descending',
      startIndex: 2,
    };
    expect(names(await send('POST', '/Users/.search', { ...body, count: 2 }))).toEqual([
      'carl',
      'ben',
    ]);
  });

  it.each([
    { filter: 7 },
    { filter: 'userName' },
    { attributes: 'userName' },
    { attributes: [7] },
    { attributes: Array.from({ length: 2_001 }, () => 'userName') },
    { excludedAttributes: ['title'] },
    { startIndex: 'x' },
    { count: {} },
    { sortOrder: 'up' },
    { sortBy: ['title'] },
  ])('%j is 400', async (wrong) => {
    const { send } = startService();
    const reply = await send('POST', '/Users/.search', { ...search, ...wrong });
    expect(reply.status).toBe(400);
  });

  it('section 3.4.3: parameters of the URL are passed over; names count in any case', async () => {
    const { send, names } = await startWithPeople();
    const body = { SCHEMAS: [searchUrn.toLowerCase()], Filter: 'userName eq "ben"', COUNT: 1 };
    const url = '/Users/.search?filter=userName eq "anna"&count=0&startIndex=9';
    expect(names(await send('POST', url, body))).toEqual(['ben']);
  });

  it('a reader may search', async () => {
    const { send } = startService();
    const reader = { authorization: 'Bearer reader' };
    expect((await send('POST', '/Users/.search', search, reader)).status).toBe(200);
  });
});
