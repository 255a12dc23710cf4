import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScimApi, type ScimApi, serveScim } from '../../test/support/scim-api.ts';
import {
  createDirectory,
  createScimToken,
  rotateScimToken,
  type ScimScope,
} from '../directory/index.ts';

let api: ScimApi;
beforeAll(async () => {
  api = await openScimApi();
});
afterAll(() => api.close());

const newToken = (scopes?: ScimScope[], expiresAt?: Date) =>
  createScimToken(api.world.session(), { name: 'Entra', scopes, expiresAt });
const user = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName: 'anna@acme.example',
};

test('a token reads and writes as its scopes say', async () => {
  const [reader, writer] = [await newToken(['read']), await newToken(['write'])];
  const as = ({ secret: token }: { secret: string }) => ({ token });
  expect((await api.scim('POST', '/Users', user, as(reader))).status).toBe(403);
  const made = await api.scim('POST', '/Users', user, as(writer));
  expect(made).toMatchObject({ status: 201, body: { userName: user.userName } });
  expect((await api.scim('GET', '/Users', undefined, as(writer))).status).toBe(403);
  expect((await api.scim('GET', '/Users', undefined, as(reader))).status).toBe(200);
});

test('a token ends when it was said; a rotated one has two secrets for a while', async () => {
  const expiresAt = new Date(Date.now() + 3_600_000);
  const { id, secret } = await newToken(['read'], expiresAt);
  const rotated = await rotateScimToken(api.world.session(), id);
  const statusOf = async (token: string) =>
    (await api.scim('GET', '/Schemas', undefined, { token })).status;
  expect([await statusOf(secret), await statusOf(rotated.secret)]).toEqual([200, 200]);
  const { database } = api.world;
  const { app: later } = serveScim(
    createDirectory({
      entityManager: database.entityManager,
      announce: () => {},
      now: () => expiresAt,
    }),
  );
  const headers = { authorization: `Bearer ${rotated.secret}` };
  expect((await later.request('/Schemas', { headers })).status).toBe(401);
});

test('who asks too fast is told to wait, in the form of RFC 7644, and nobody else', async () => {
  const [fast, slow] = [await newToken(), await newToken()];
  const { app: limited } = serveScim(api.world.directory, { requestsPerSecond: 0.01 });
  const ask = async ({ secret }: { secret: string }) =>
    limited.request('/ServiceProviderConfig', { headers: { authorization: `Bearer ${secret}` } });
  expect((await ask(fast)).status).toBe(200);
  const refused = await ask(fast);
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: '429',
  });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
  expect((await ask(slow)).status).toBe(200);
  // It is about the token, not about its secret: a rotation gains nothing.
  const rotated = await rotateScimToken(api.world.session(), fast.id);
  expect((await ask(rotated)).status).toBe(429);
});
