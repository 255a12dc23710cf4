import { describe, expect, it } from 'vitest';
import { base, enterpriseUrn, patchOf, startService, userUrn } from '../test-support/service.ts';

const anna = { schemas: [userUrn], userName: 'anna' };

describe('RFC 7643 section 3.1: common attributes', () => {
  it("id and meta are the service's own, whatever a body says of them", async () => {
    const { send } = startService({ profile: 'interop' });
    const meta = { resourceType: 'Group', created: '1999-01-01T00:00:00Z', version: 'W/"9"' };
    const made = await send('POST', '/Users', { ...anna, id: 'mine', meta });
    expect([made.status, made.body]).toMatchObject([
      201,
      {
        id: 'user-1',
        meta: { resourceType: 'User', version: 'W/"1"', location: `${base}/Users/user-1` },
      },
    ]);
    expect(made.body).not.toMatchObject({ meta: { created: meta.created } });
    const put = await send('GET', '/Users/user-1');
    expect(put.body).toEqual(made.body);
  });

  it("externalId is the client's, told apart by case, and need not be unique", async () => {
    const { send } = startService({ profile: 'rfc' });
    await send('POST', '/Users', { ...anna, externalId: 'Ab' });
    const second = await send('POST', '/Users', { ...anna, userName: 'ben', externalId: 'Ab' });
    expect(second.status).toBe(201);
    const find = async (id: string) =>
      (await send('GET', `/Users?filter=externalId eq "${id}"`)).body;
    expect(await find('Ab')).toMatchObject({ totalResults: 2 });
    expect(await find('AB')).toMatchObject({ totalResults: 0 });
  });

  it('section 3.1: an id never reads as a bulkId', async () => {
    const { send } = startService();
    expect((await send('GET', '/Users/bulkId:anna')).status).toBe(404);
  });

  it('lastModified moves with a change and only then', async () => {
    const { send } = startService({ profile: 'rfc' });
    const made = (await send('POST', '/Users', anna)).body as { meta: Record<string, string> };
    expect(made.meta.lastModified).toBe(made.meta.created);
    const retitle = patchOf({ op: 'add', path: 'title', value: 'Dr' });
    const changed = (await send('PATCH', '/Users/user-1', retitle)).body as typeof made;
    expect(String(changed.meta.lastModified) > String(made.meta.lastModified)).toBe(true);
    const again = await send('PATCH', '/Users/user-1', retitle);
    expect(again.body).toEqual(changed);
  });
});

describe('RFC 7643 section 3.3: extensions', () => {
  it('schemas names those of which the resource has something', async () => {
    const { send } = startService({ profile: 'interop' });
    const schemas = [userUrn, enterpriseUrn];
    const bare = await send('POST', '/Users', { ...anna, schemas });
    expect(bare.body).toMatchObject({ schemas: [userUrn] });
    const body = { ...anna, schemas, userName: 'ben', [enterpriseUrn]: { division: 'X' } };
    expect((await send('POST', '/Users', body)).body).toMatchObject({ schemas });
  });

  it('a whole extension comes and goes by its URN', async () => {
    const { send } = startService({ profile: 'interop' });
    await send('POST', '/Users', anna);
    const patch = async (operation: object) =>
      (await send('PATCH', '/Users/user-1', patchOf(operation))).body;
    const value = { division: 'X', manager: { value: 'm-1' } };
    expect(await patch({ op: 'add', path: enterpriseUrn, value })).toMatchObject({
      schemas: [userUrn, enterpriseUrn],
      [enterpriseUrn]: { division: 'X', manager: { value: 'm-1', $ref: `${base}/Users/m-1` } },
    });
    const gone = await patch({ op: 'remove', path: enterpriseUrn.toUpperCase() });
    expect(gone).toMatchObject({ schemas: [userUrn] });
    expect(gone).not.toHaveProperty([enterpriseUrn]);
  });
});
