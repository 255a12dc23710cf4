import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScimApi, type ScimApi } from '../../test/support/scim-api.ts';
import { patchOf } from '../../test/support/scim-client.ts';
import { createScimToken, recordScimUsage, scimUsage } from '../directory/index.ts';
import { startUsageRecorder } from './usage.ts';

// What an administrator sees of a connection: what it leans on, and its last requests.

let api: ScimApi;
let id: string;
let token: string;
beforeAll(async () => {
  api = await openScimApi();
  ({ id, secret: token } = await createScimToken(api.world.session(), {
    name: 'Provider',
    profile: 'lenient',
  }));
});
afterAll(() => api.close());

const usage = async () => {
  await api.usage.flush();
  return scimUsage(api.world.session(), id);
};
const uses = async () =>
  Object.fromEntries((await usage()).tolerances.map((each) => [each.tolerance, each.uses]));

test('each use of a tolerance is counted for its connection', async () => {
  expect(await usage()).toEqual({ tolerances: [], lastRequest: null, lastFailure: null });
  const made = await api.scim('POST', '/Users', { userName: 'anna', active: 'True' }, { token });
  expect(made.status).toBe(201);
  expect(await uses()).toEqual({ booleanStrings: 1, missingSchemas: 1 });
  const off = patchOf({ op: 'Replace', path: 'active', value: 'False' });
  for (let time = 0; time < 3; time++)
    await api.scim('PATCH', `/Users/${made.body.id}`, off, { token });
  expect(await uses()).toMatchObject({ booleanStrings: 4, missingSchemas: 1 });
  // Another connection's are its own.
  await api.scim('POST', '/Users', { userName: 'ben', active: 'True' });
  expect(await uses()).toMatchObject({ booleanStrings: 4 });
});

test('the last request and the last failure are kept, without what could name somebody', async () => {
  await api.scim('GET', '/acme/Users/anna@acme.example?filter=x', undefined, { token });
  await api.scim('GET', '/Users?filter=userName%20eq%20%22anna%22', undefined, { token });
  const found = await usage();
  expect(found.lastRequest).toMatchObject({
    method: 'GET',
    path: '/Users',
    status: 200,
    detail: null,
  });
  expect(found.lastFailure).toMatchObject({ method: 'GET', path: '/{id}/Users/{id}', status: 404 });
  await api.scim('POST', '/Users', { userName: 7 }, { token });
  const { lastRequest, lastFailure } = await usage();
  expect(lastRequest).toEqual(lastFailure);
  expect(lastRequest).toMatchObject({
    method: 'POST',
    status: 400,
    detail: expect.stringContaining('userName'),
  });
  expect(Math.abs(Date.now() - (lastRequest?.at.getTime() ?? 0))).toBeLessThan(60_000);
});

test('what was not written down yet is, at the end', async () => {
  const recorder = startUsageRecorder(api.world.directory, { warn: () => {} }, { everyMs: 1e6 });
  const actor = { kind: 'scim-token', id, name: 'Provider' } as const;
  recorder.tolerated({ ...api.world.session(), actor }, 'removeWithValue');
  expect(await uses()).not.toHaveProperty('removeWithValue');
  await recorder.close();
  expect(await uses()).toMatchObject({ removeWithValue: 1 });
});

test('who may not see tokens sees no usage, and a token that is gone is passed over', async () => {
  const session = { ...api.world.session(), permissions: new Set(['members:read'] as const) };
  await expect(scimUsage(session, id)).rejects.toMatchObject({ code: 'forbidden' });
  await expect(scimUsage(api.world.session(), crypto.randomUUID())).rejects.toMatchObject({
    code: 'not-found',
  });
  const gone = {
    organizationId: api.world.made.organization.id,
    tokenId: crypto.randomUUID(),
    tolerances: [{ tolerance: 'put', uses: 1, lastUsedAt: new Date() }],
    requests: [],
  };
  await recordScimUsage(api.world.directory.entityManager(), [gone]);
});
