import { describe, expect, it } from 'vitest';
import { deviceUrn, warrantyUrn } from '../test-support/device-type.ts';
import {
  base,
  enterpriseUrn,
  groupUrn,
  patchOf,
  startService,
  userUrn,
} from '../test-support/service.ts';
import { bulkUrn } from './bulk-request.ts';

const user = (bulkId: string, more: object = {}) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { schemas: [userUrn], userName: bulkId, ...more },
});
const group = (bulkId: string, ...members: readonly string[]) => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: {
    schemas: [groupUrn],
    displayName: bulkId,
    members: members.map((id) => ({ value: `bulkId:${id}` })),
  },
});

function start() {
  const service = startService();
  const bulk = async (operations: readonly object[], more: object = {}) => {
    const reply = await service.send('POST', '/Bulk', {
      schemas: [bulkUrn],
      Operations: operations,
      ...more,
    });
    const results = (reply.body as { Operations?: readonly Record<string, unknown>[] }).Operations;
    return { ...reply, results: results ?? [] };
  };
  const members = (name: string) => {
    const { rows } = service.storage;
    const row = [...rows.values()].find(({ attributes }) => attributes.displayName === name);
    const ids = [...(row?.collections.get('members')?.keys() ?? [])];
    return ids.map(
      (id) => rows.get(id)?.attributes.userName ?? rows.get(id)?.attributes.displayName,
    );
  };
  return { ...service, bulk, members };
}

describe('RFC 7644 section 3.7: bulk', () => {
  it('edge case 39: 200 overall, each operation with its own status and location', async () => {
    const { bulk, send } = start();
    await send('POST', '/Users', { schemas: [userUrn], userName: 'ben' });
    const { status, body, results } = await bulk([
      user('anna'),
      user('ben'),
      {
        method: 'PATCH',
        path: '/Users/user-1',
        data: patchOf({ op: 'add', path: 'title', value: 'Dr' }),
      },
      { method: 'PUT', path: '/Users/nobody', data: { schemas: [userUrn], userName: 'x' } },
      { method: 'DELETE', path: '/Users/user-1', version: 'W/"1"' },
    ]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'] });
    expect(results).toMatchObject([
      { method: 'POST', bulkId: 'anna', status: '201', location: `${base}/Users/user-2` },
      { method: 'POST', bulkId: 'ben', status: '409', response: { scimType: 'uniqueness' } },
      { method: 'PATCH', status: '200', version: 'W/"2"', location: `${base}/Users/user-1` },
      { method: 'PUT', status: '404', location: `${base}/Users/nobody` },
      { method: 'DELETE', status: '412', response: { status: '412' } },
    ]);
    expect(results[1]).not.toHaveProperty('location');
  });

  it('resolves references backwards, forwards and in paths', async () => {
    const { bulk, members, storage } = start();
    const { results } = await bulk([
      user('anna'),
      group('developers', 'anna', 'ben'),
      user('ben'),
      {
        method: 'PATCH',
        path: '/Users/bulkId:carl',
        data: patchOf({ op: 'add', path: 'title', value: 'Dr' }),
      },
      user('carl', { displayName: 'bulkId: is just text here' }),
      {
        method: 'PATCH',
        path: '/Groups/bulkId:developers',
        data: patchOf({ op: 'add', path: 'members', value: [{ value: 'bulkId:carl' }] }),
      },
    ]);
    expect(results.map(({ status }) => status)).toEqual(['201', '201', '201', '200', '201', '204']);
    expect(members('developers')).toEqual(['anna', 'ben', 'carl']);
    const carl = [...storage.rows.values()].find(
      ({ attributes }) => attributes.userName === 'carl',
    );
    expect(carl?.attributes).toMatchObject({
      title: 'Dr',
      displayName: 'bulkId: is just text here',
    });
  });

  it('makes groups that hold each other', async () => {
    const { bulk, members } = start();
    const { results } = await bulk([group('a', 'b', 'c'), group('b', 'c', 'a'), group('c', 'a')]);
    expect(results.map(({ status }) => status)).toEqual(['201', '201', '201']);
    expect([members('a'), members('b'), members('c')]).toEqual([['b', 'c'], ['c', 'a'], ['a']]);
  });

  it('makes users who manage each other', async () => {
    const { bulk, storage } = start();
    const manages = (id: string) => ({ [enterpriseUrn]: { manager: { value: `bulkId:${id}` } } });
    const { results } = await bulk([user('a', manages('b')), user('b', manages('a'))]);
    expect(results).toMatchObject([
      { status: '201', location: `${base}/Users/user-2`, version: 'W/"1"' },
      { status: '201', location: `${base}/Users/user-1`, version: 'W/"2"' },
    ]);
    const manager = (id: string) => storage.rows.get(id)?.attributes[enterpriseUrn];
    expect(manager('user-2')).toEqual({ manager: { value: 'user-1' } });
    expect(manager('user-1')).toEqual({ manager: { value: 'user-2' } });
  });

  it('a value that waits for two resources waits for the later', async () => {
    const { bulk, storage } = start();
    const device = (bulkId: string, labels: readonly string[]) => ({
      method: 'POST',
      path: '/Devices',
      bulkId,
      data: {
        schemas: [deviceUrn],
        serial: bulkId,
        disks: labels.length === 0 ? [] : [{ slot: bulkId, labels }],
        [warrantyUrn]: { until: '2027-01-01T00:00:00Z' },
      },
    });
    const { results } = await bulk([
      device('a', ['bulkId:b', 'bulkId:c']),
      device('b', ['bulkId:a', 'bulkId:c']),
      device('c', ['bulkId:a', 'bulkId:b']),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['201', '201', '201']);
    const ids = new Map([...storage.rows.values()].map((row) => [row.attributes.serial, row.id]));
    for (const [serial, others] of [
      ['a', ['b', 'c']],
      ['b', ['a', 'c']],
      ['c', ['a', 'b']],
    ] as const) {
      const row = storage.rows.get(ids.get(serial) ?? '');
      const labels = others.map((other) => ids.get(other));
      expect(row?.attributes.disks).toEqual([{ slot: serial, labels }]);
    }
  });

  it('a circle of what cannot be made without the other is 409', async () => {
    const { bulk, storage } = start();
    const device = (bulkId: string, other: string) => ({
      method: 'POST',
      path: '/Devices',
      bulkId,
      data: {
        schemas: [deviceUrn],
        serial: `bulkId:${other}`,
        [warrantyUrn]: { until: '2027-01-01T00:00:00Z' },
      },
    });
    const { results } = await bulk([device('a', 'b'), device('b', 'a')]);
    expect(results.map(({ status }) => status)).toEqual(['409', '409']);
    expect(storage.rows.size).toBe(0);
  });

  it('a circle that is left undone names what was made of it', async () => {
    const { bulk, storage, members } = start();
    const { results } = await bulk([group('a', 'b'), group('b', 'a', 'broken'), user('broken')], {
      failOnErrors: 1,
    });
    expect(results.map(({ status }) => status)).toEqual(['201', '201', '201']);
    expect(members('b')).toEqual(['broken', 'a']);
    storage.rows.clear();
    const broken = user('broken', { userName: null });
    const stopped = await bulk([group('a', 'b', 'broken'), group('b', 'a'), broken], {
      failOnErrors: 1,
    });
    const made = [...storage.rows.keys()].map((id) => `${base}/Groups/${id}`);
    expect(stopped.results).toMatchObject([
      { bulkId: 'b', status: '409', location: made[0] },
      { bulkId: 'broken', status: '400' },
    ]);
    expect(made).toHaveLength(1);
  });

  it('resolves references in the data and in the value paths of a PATCH', async () => {
    const { bulk, members } = start();
    const { results } = await bulk([
      group('developers', 'anna', 'ben'),
      user('anna'),
      user('ben'),
      {
        method: 'PATCH',
        path: '/Groups/bulkId:developers',
        data: patchOf(
          { op: 'remove', path: 'members[value eq "bulkId:anna"]' },
          { op: 'add', value: { members: [{ value: 'bulkId:carl' }] } },
          { op: 'add', path: 'members', value: ['bulkId:dora'] },
        ),
      },
      user('carl'),
      user('dora'),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['201', '201', '201', '204', '201', '201']);
    expect(members('developers')).toEqual(['ben', 'carl', 'dora']);
    const unknown = await bulk([
      {
        method: 'PATCH',
        path: '/Groups/nobody',
        data: patchOf({ op: 'remove', path: 'members[value eq "bulkId:nobody"]' }),
      },
    ]);
    expect(unknown.results).toMatchObject([
      { status: '400', response: { scimType: 'invalidValue' } },
    ]);
  });

  it('version guards PUT, PATCH and DELETE, and answers say the new one', async () => {
    const { bulk, send } = start();
    await send('POST', '/Users', { schemas: [userUrn], userName: 'anna' });
    const title = (value: string) => patchOf({ op: 'replace', path: 'title', value });
    const at = { path: '/Users/user-1' };
    const { results } = await bulk([
      { method: 'PATCH', ...at, version: 'W/"1"', data: title('Dr') },
      { method: 'PATCH', ...at, version: 'W/"1"', data: title('Prof') },
      { method: 'PUT', ...at, version: 'W/"1"', data: { schemas: [userUrn], userName: 'x' } },
      { method: 'PUT', ...at, version: 'W/"2"', data: { schemas: [userUrn], userName: 'ann' } },
      { method: 'DELETE', ...at, version: 'W/"2"' },
      { method: 'DELETE', ...at, version: 'W/"3"' },
      { method: 'DELETE', ...at },
    ]);
    expect(results.map(({ status, version }) => [status, version])).toEqual([
      ['200', 'W/"2"'],
      ['412', undefined],
      ['412', undefined],
      ['200', 'W/"3"'],
      ['412', undefined],
      ['204', undefined],
      ['404', undefined],
    ]);
    expect(results.every(({ location }) => location === `${base}/Users/user-1`)).toBe(true);
  });

  it('reads the names of the message and its URN in any case', async () => {
    const { send } = start();
    const reply = await send('POST', '/Bulk', {
      SCHEMAS: [bulkUrn.toUpperCase()],
      operations: [{ Method: 'post', PATH: '/Users', BulkId: 'a', Data: user('a').data }],
    });
    expect(reply.body).toMatchObject({ Operations: [{ method: 'POST', status: '201' }] });
  });

  it('a server failure in one operation is 500 there, tells nothing, and is reported', async () => {
    const { bulk, storage, errors } = start();
    const { create } = storage;
    storage.create = async (...given) => {
      if (given[2].attributes.userName === 'b') throw new Error('disk 7 is full');
      return create.apply(storage, given);
    };
    const reply = await bulk([user('a'), user('b'), user('c')]);
    expect(reply.results.map(({ status }) => status)).toEqual(['201', '500', '201']);
    expect(JSON.stringify(reply.body)).not.toContain('disk 7');
    expect(errors).toHaveLength(1);
  });

  it('what refers to a failed or unknown operation fails with it', async () => {
    const { bulk, storage } = start();
    const { results } = await bulk([
      group('a', 'broken'),
      user('broken', { userName: null }),
      group('b', 'nobody'),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['409', '400', '400']);
    expect(storage.rows.size).toBe(0);
  });

  it('stops after failOnErrors errors and leaves the rest out', async () => {
    const { bulk, storage } = start();
    const broken = (id: string) => user(id, { userName: null });
    const { results } = await bulk([broken('a'), user('b'), broken('c'), user('d')], {
      failOnErrors: 2,
    });
    expect(results.map(({ bulkId, status }) => [bulkId, status])).toEqual([
      ['a', '400'],
      ['b', '201'],
      ['c', '400'],
    ]);
    expect(storage.rows.size).toBe(1);
  });

  it.each<[string, object, string]>([
    ['no bulkId', { method: 'POST', path: '/Users', data: {} }, '400'],
    ['an unknown endpoint', { method: 'POST', path: '/Nothing', bulkId: 'x', data: {} }, '400'],
    ['a path without an id', { method: 'DELETE', path: '/Users' }, '400'],
    ['an id where none belongs', { method: 'POST', path: '/Users/1', bulkId: 'x' }, '405'],
    ['another method', { method: 'GET', path: '/Users/1' }, '400'],
    ['no data', { method: 'POST', path: '/Users', bulkId: 'x' }, '400'],
    ['a path elsewhere', { method: 'DELETE', path: 'Users/1' }, '400'],
  ])('an operation with %s fails alone', async (_, operation, status) => {
    const { bulk } = start();
    const { results } = await bulk([operation, user('anna')]);
    expect(results.map((result) => result.status)).toEqual([status, '201']);
  });

  it('over the limits it is 413 with the limit in its detail', async () => {
    const { bulk } = start();
    const many = Array.from({ length: 1_001 }, (_, index) => user(`u-${index}`));
    expect((await bulk(many)).body).toMatchObject({
      status: '413',
      detail: expect.stringContaining('1000'),
    });
    const large = [user('a', { x: 'x'.repeat(6 * 1024 * 1024) })];
    expect((await bulk(large)).body).toMatchObject({
      status: '413',
      detail: expect.stringContaining(String(5 * 1024 * 1024)),
    });
  });

  it('performs 1,000 operations, also when each refers to the next', async () => {
    const { bulk, storage } = start();
    const chain = Array.from({ length: 1_000 }, (_, index) =>
      index < 999 ? group(`g-${index}`, `g-${index + 1}`) : group(`g-${index}`),
    );
    const { results } = await bulk(chain);
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['201']));
    expect(storage.rows.size).toBe(1_000);
  });

  it.each([
    [{}],
    [{ Operations: [] }],
    [{ Operations: [7] }],
    [{ Operations: [{ path: '/Users' }] }],
    [{ Operations: [{ method: 'POST' }] }],
    [{ Operations: [user('a'), user('a')] }],
    [{ Operations: [user('a')], failOnErrors: 0 }],
    [{ Operations: [{ ...user('a'), version: 7 }] }],
  ])('a request that cannot be read is 400: %j', async (body) => {
    const { send, storage } = start();
    const reply = await send('POST', '/Bulk', { schemas: [bulkUrn], ...body });
    expect(reply.status).toBe(400);
    expect(storage.rows.size).toBe(0);
  });
});
