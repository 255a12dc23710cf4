import { describe, expect, it } from 'vitest';
import { badRequest } from '../error.ts';
import { MemoryStorage } from '../test-support/memory-storage.ts';
import { listed, type Reply, startService, userUrn } from '../test-support/service.ts';
import { searchUrn } from './query.ts';

async function startWithFive(storage = new MemoryStorage()) {
  const service = startService({ storage, profile: 'rfc', limits: { maxResults: 3 } });
  for (const userName of ['e', 'd', 'c', 'b', 'a']) {
    await service.send('POST', '/Users', { schemas: [userUrn], userName });
  }
  return service;
}

interface Page {
  readonly nextCursor?: string;
  readonly previousCursor?: string;
}

describe('RFC 9865 section 2: cursors', () => {
  it('walk through all, sorted, by URL and by POST', async () => {
    const { send } = await startWithFive();
    const ask = {
      URL: (cursor: string) => send('GET', `/Users?sortBy=userName&count=2&cursor=${cursor}`),
      POST: (cursor: string) =>
        send('POST', '/Users/.search', {
          schemas: [searchUrn],
          sortBy: 'userName',
          count: 2,
          cursor,
        }),
    };
    for (const page of Object.values(ask)) {
      const seen: unknown[] = [];
      let cursor: string | undefined = '';
      while (cursor !== undefined) {
        const reply: Reply = await page(cursor);
        expect(reply.body).toMatchObject({ totalResults: 5 });
        expect(reply.body).not.toHaveProperty('startIndex');
        seen.push(...listed(reply, 'userName'));
        cursor = (reply.body as Page).nextCursor;
      }
      expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
    }
  });

  it('without one, the index stays the method', async () => {
    const { send } = await startWithFive();
    const { body } = await send('GET', '/Users');
    expect(body).toMatchObject({ startIndex: 1, itemsPerPage: 3, totalResults: 5 });
    expect(body).not.toHaveProperty('nextCursor');
  });

  it('an empty count has the default, a large one the largest page', async () => {
    const { send } = await startWithFive();
    for (const query of ['cursor', 'cursor=&count=', 'cursor=&count=1000']) {
      expect((await send('GET', `/Users?${query}`)).body).toMatchObject({ itemsPerPage: 3 });
    }
  });

  it('passes on what the storage says of the page before', async () => {
    const storage = new MemoryStorage();
    storage.list = async () => ({ resources: [], totalResults: 9, previousCursor: 'before' });
    const { send } = startService({ storage });
    expect((await send('GET', '/Users?cursor=x')).body).toMatchObject({ previousCursor: 'before' });
  });
});

describe('RFC 9865 section 2.1: errors', () => {
  it.each([
    ['cursor=forged', 'invalidCursor'],
    ['cursor=at-2&startIndex=3', 'invalidCursor'],
    ['cursor=&count=0', 'invalidCount'],
    ['cursor=&count=-1', 'invalidCount'],
    ['cursor=&count=1.5', 'invalidCount'],
    ['cursor=&count=many', 'invalidCount'],
  ])('%s is 400 %s', async (query, scimType) => {
    const { send } = await startWithFive();
    expect((await send('GET', `/Users?${query}`)).body).toMatchObject({ status: '400', scimType });
  });

  it('an expired cursor is told as such', async () => {
    const storage = new MemoryStorage();
    storage.list = async () => {
      throw badRequest('expiredCursor', 'The cursor is older than 600 seconds');
    };
    const { send } = startService({ storage });
    expect((await send('GET', '/Users?cursor=old')).body).toMatchObject({
      status: '400',
      scimType: 'expiredCursor',
    });
  });

  it('a storage without cursors says so, and the configuration too', async () => {
    const storage = Object.assign(new MemoryStorage(), { cursors: false });
    const { send } = startService({ storage: storage as never });
    expect((await send('GET', '/Users?cursor')).body).toMatchObject({ scimType: 'invalidCursor' });
    expect((await send('GET', '/ServiceProviderConfig')).body).toMatchObject({
      pagination: { cursor: false, index: true },
    });
  });
});

describe('RFC 9865 section 4: ServiceProviderConfig', () => {
  it('tells of both methods and the sizes of pages', async () => {
    const { send } = await startWithFive();
    expect((await send('GET', '/ServiceProviderConfig')).body).toMatchObject({
      pagination: {
        cursor: true,
        index: true,
        defaultPaginationMethod: 'index',
        defaultPageSize: 3,
        maxPageSize: 3,
      },
    });
  });
});
