import { describe, expect, it } from 'vitest';
import { type ProfileName, profiles } from '../profiles.ts';
import {
  enterpriseUrn,
  groupUrn,
  idOf,
  listed,
  patchOf,
  startService,
  userUrn,
} from '../test-support/service.ts';

async function startWithAnna(profile: ProfileName = 'lenient') {
  const service = startService({ profile });
  const emails = [{ value: 'anna@acme.com', type: 'work' }];
  const body = { schemas: [userUrn], userName: 'anna', displayName: 'Anna', active: true, emails };
  const id = idOf(await service.send('POST', '/Users', body));
  return { ...service, path: `/Users/${id}`, id, body };
}

async function startWithGroup(size: number, profile: ProfileName = 'lenient') {
  const service = startService({ profile });
  const members = Array.from({ length: size }, (_, index) => ({ value: `u-${index}` }));
  await service.send('POST', '/Groups', { schemas: [groupUrn], displayName: 'G', members });
  service.storage.collectionReads.length = 0;
  const path = '/Groups/group-1';
  const count = () => service.storage.rows.get('group-1')?.collections.get('members')?.size ?? 0;
  return { ...service, path, count };
}

describe('RFC 7644 section 3.5.1: replacing with PUT', () => {
  it('Okta case 35: a GET put back changes nothing', async () => {
    const { send, path } = await startWithAnna();
    const { body } = await send('GET', path);
    const reply = await send('PUT', path, { ...(body as object), groups: [], unknown: 1 });
    expect([reply.status, reply.body]).toEqual([200, body]);
    expect(reply.headers.get('etag')).toBe('W/"1"');
  });

  it('replaces what it may, and keeps a password that it cannot know', async () => {
    const { send, path, storage, id } = await startWithAnna();
    await send('PATCH', path, patchOf({ op: 'add', path: 'password', value: 'correct horse' }));
    const reply = await send('PUT', path, { schemas: [userUrn], userName: 'anna', title: 'Dr' });
    expect(reply.body).toMatchObject({ userName: 'anna', title: 'Dr' });
    expect(reply.body).not.toHaveProperty('emails');
    expect(storage.rows.get(id)?.attributes).toMatchObject({ password: 'correct horse' });
  });

  it('edge case 35: an unknown id is 404, a missing required attribute 400', async () => {
    const { send, path, body } = await startWithAnna();
    expect((await send('PUT', '/Users/nobody', body)).status).toBe(404);
    expect((await send('PUT', path, { schemas: [userUrn] })).body).toMatchObject({
      scimType: 'invalidValue',
    });
  });

  it('edge case 34: a taken userName is 409 and changes nothing', async () => {
    const { send, path } = await startWithAnna();
    await send('POST', '/Users', { schemas: [userUrn], userName: 'ben' });
    const reply = await send('PUT', path, { schemas: [userUrn], userName: 'BEN' });
    expect(reply.body).toMatchObject({ status: '409', scimType: 'uniqueness' });
    expect((await send('GET', path)).body).toMatchObject({ userName: 'anna', displayName: 'Anna' });
  });

  it('case 40: a group put with its members; without them it keeps them', async () => {
    const { send, path, count } = await startWithGroup(3);
    await send('PUT', path, { schemas: [groupUrn], displayName: 'H' });
    expect(count()).toBe(3);
    const members = [{ value: 'u-1' }];
    const reply = await send('PUT', path, { schemas: [groupUrn], displayName: 'H', members });
    expect(reply.body).toMatchObject({ displayName: 'H', members });
    expect(count()).toBe(1);
  });

  it('the interop profile has no PUT', async () => {
    const { send, path, body } = await startWithAnna('interop');
    expect((await send('PUT', path, body)).status).toBe(501);
  });
});

describe('RFC 7644 section 3.5.2: modifying with PATCH', () => {
  it('answers a user with 200 and the resource', async () => {
    const { send, path } = await startWithAnna();
    const reply = await send(
      'PATCH',
      path,
      patchOf({ op: 'Replace', path: 'active', value: 'False' }),
    );
    expect([reply.status, reply.body]).toMatchObject([200, { userName: 'anna', active: false }]);
    expect(reply.headers.get('etag')).toBe('W/"2"');
  });

  it('Entra ID case 29: answers a group with 204, and with 200 when attributes are asked for', async () => {
    const { send, path } = await startWithGroup(0);
    const add = patchOf({ op: 'Add', path: 'members', value: [{ value: 'u-9' }] });
    const reply = await send('PATCH', path, add);
    expect([reply.status, reply.body, reply.headers.get('etag')]).toEqual([
      204,
      undefined,
      'W/"2"',
    ]);
    const asked = await send('PATCH', `${path}?attributes=displayName`, add);
    expect([asked.status, asked.body]).toMatchObject([200, { displayName: 'G' }]);
  });

  it('never reads the members of a group to change them', async () => {
    const { send, path, storage, count } = await startWithGroup(100);
    for (const operation of [
      { op: 'Add', path: 'members', value: [{ $ref: null, value: 'u-new' }] },
      { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'u-1' }] },
      { op: 'remove', path: 'members[value eq "u-2"]' },
      { op: 'replace', value: { displayName: 'H' } },
    ]) {
      expect((await send('PATCH', path, patchOf(operation))).status).toBe(204);
    }
    expect(count()).toBe(99);
    expect(storage.collectionReads).toEqual([]);
  });

  it('Entra ID case 18, edge case 25: adding twice changes nothing the second time', async () => {
    const { send, path } = await startWithGroup(0);
    const add = patchOf({ op: 'Add', path: 'members', value: [{ $ref: null, value: 'u-1' }] });
    const versions = [];
    for (let time = 0; time < 2; time += 1) {
      versions.push((await send('PATCH', path, add)).headers.get('etag'));
    }
    expect(versions).toEqual(['W/"2"', 'W/"2"']);
    expect(listed(await send('GET', '/Groups'), 'members')).toMatchObject([[{ value: 'u-1' }]]);
  });

  it('only a bare removal empties a group', async () => {
    const { send, path, count } = await startWithGroup(3);
    for (const operation of [
      { op: 'remove', path: 'members', value: null },
      { op: 'remove', path: 'members[nothing eq "x"]' },
      { op: 'remove', path: 'members[value eq "u-1"' },
      { op: 'remove', path: 'members', value: [{ id: 'u-1' }] },
      { op: 'remove' },
    ]) {
      expect((await send('PATCH', path, patchOf(operation))).status).toBe(400);
      expect(count()).toBe(3);
    }
    expect((await send('PATCH', path, patchOf({ op: 'remove', path: 'members' }))).status).toBe(
      204,
    );
    expect(count()).toBe(0);
  });

  it('edge case 29: one bad operation, and nothing has changed', async () => {
    const { send, path, count } = await startWithGroup(2);
    const reply = await send(
      'PATCH',
      path,
      patchOf({ op: 'remove', path: 'members' }, { op: 'replace', path: 'nothing', value: 1 }),
    );
    expect(reply.body).toMatchObject({ scimType: 'invalidPath' });
    expect(count()).toBe(2);
  });

  it('edge case 30: schemas follow the extensions', async () => {
    const { send, path } = await startWithAnna();
    const at = `${enterpriseUrn}:employeeNumber`;
    const added = await send('PATCH', path, patchOf({ op: 'Add', path: at, value: '42' }));
    expect(added.body).toMatchObject({ schemas: [userUrn, enterpriseUrn] });
    const removed = await send('PATCH', path, patchOf({ op: 'Remove', path: at }));
    expect(removed.body).toMatchObject({ schemas: [userUrn] });
  });

  it('a removed default goes back to the storage to decide (active)', async () => {
    const { send, path } = await startWithAnna();
    const reply = await send('PATCH', path, patchOf({ op: 'remove', path: 'active' }));
    expect(reply.status).toBe(200);
  });

  it('tells of a tolerance once a request, however often it was needed', async () => {
    const told: string[] = [];
    const { send } = startService({
      authenticate: async () => ({
        organization: 'acme',
        profile: profiles.lenient,
        scopes: new Set(['read', 'write'] as const),
        tolerated: (tolerance) => told.push(tolerance),
      }),
    });
    const roles = ['a', 'b'].map((value) => ({ value, primary: 'False' }));
    await send('POST', '/Users', { schemas: [userUrn], userName: 'anna', roles });
    expect(told).toEqual(['booleanStrings']);
  });

  it('tells the connection which tolerances were used', async () => {
    const { send, path, used } = await startWithAnna();
    used.clear();
    await send('PATCH', path, patchOf({ op: 'replace', value: { active: 'False' } }));
    expect([...used].sort()).toEqual(['booleanStrings', 'pathless']);
  });

  it('is 404 for what is not there', async () => {
    const { send } = startService();
    const body = patchOf({ op: 'replace', path: 'active', value: false });
    expect((await send('PATCH', '/Users/nobody', body)).status).toBe(404);
  });
});
