import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { departmentTree, findMembers, listRoles } from '../../server/directory/index.ts';
import { problemKinds } from '../../server/http/problem-types.ts';
import { type ApiWorld, bodyOf, initOf, openAdminApi, textOf } from '../support/admin-api.ts';
import { arbitraryRequest } from '../support/arbitrary-request.ts';
import {
  type FurnishedOrganization,
  furnish,
  furniture,
} from '../support/furnished-organization.ts';
import { operationsOfAdminApi } from '../support/openapi-document.ts';

let world: ApiWorld;
let acme: FurnishedOrganization;
beforeAll(async () => {
  world = await openAdminApi();
  const [some] = fc.sample(furniture, { numRuns: 1, seed: 3 });
  if (some === undefined) throw new Error('No furniture.');
  acme = await furnish(world.world.directory, some);
}, 60_000);
afterAll(() => world.close());

const operations = operationsOfAdminApi();
const types = new Map(
  Object.entries(problemKinds).map(([name, { status }]) => [`/problems/${name}`, status]),
);
// What any route can answer before it is one.
const ofEveryRoute = [401, 404, 413, 415, 503];

async function idsOf() {
  const session = acme.session();
  const { rows: members } = await findMembers(session, {
    filter: { op: 'all' },
    offset: 0,
    limit: 20,
  });
  const all = [...members, ...(await departmentTree(session)), ...(await listRoles(session))];
  return all.map(({ id }) => id);
}

test('no request, however malformed, is answered with a failure or a riddle', async () => {
  const asked = new Set<string>();
  const seen = new Set<unknown>();
  const request = arbitraryRequest(operations, await idsOf());
  await fc.assert(
    fc.asyncProperty(request, async ({ operation, path, headers, body }) => {
      const key = operation.path === '/organizations' ? world.operatorKey : acme.apiKey;
      const answer = await world.withKey(key, path, {
        method: operation.method,
        headers,
        ...(body === undefined ? {} : { body: body as string }),
      });
      asked.add(operation.name);
      const text = await textOf(answer);
      expect(answer.status, `${text} ${JSON.stringify(world.failures)}`).toBeLessThan(500);
      expect(text).not.toMatch(/^\s+at |node_modules|\.ts:\d+/m);
      seen.add(answer.status);
      if (answer.status < 400) return;
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      const problem = JSON.parse(text);
      seen.add(problem.type);
      expect(types.get(problem.type), text).toBe(answer.status);
      expect(problem.status).toBe(answer.status);
      expect(problem.title).toMatch(/\w/);
      expect(text.length).toBeLessThan(20_000);
      if (problem.type === '/problems/invalid-value') {
        expect(problem.errors.length, text).toBeGreaterThan(0);
        for (const { field, message } of problem.errors) {
          expect(field, text).toMatch(/./);
          expect(message, text).toMatch(/./);
        }
      }
      const declared = Object.keys(operation.responses).map(Number);
      expect([...declared, ...ofEveryRoute], `${operation.name}: ${text}`).toContain(answer.status);
    }),
    {
      numRuns: inject('postgresUrl') ? 800 : 1_500,
      seed: 20_261_124,
      endOnFailure: true,
    },
  );
  expect([...asked].toSorted()).toEqual(operations.map(({ name }) => name).toSorted());
  // Every wall was run against, and some requests came through.
  const walls = ['invalid-value', 'bad-request', 'unsupported-media-type', 'not-found'];
  for (const wall of [200, ...walls.map((name) => `/problems/${name}`)])
    expect(seen).toContain(wall);
  // The key was not lost on the way: most of it would have been refused then.
  expect((await world.withKey(acme.apiKey, '/organization')).status).toBe(200);
  expect(world.failures).toEqual([]);
}, 300_000);

test.each([
  ['an unknown field', { name: 'X', salary: 1 }, ['salary', 'parentId']],
  ['a wrong one deep inside', { name: 'X', parentId: 7 }, ['parentId']],
  ['no object at all', [], ['body']],
])('the field at fault is named: %s', async (_, body, fields) => {
  const refused = await world.withKey(acme.apiKey, '/departments', initOf('POST', body));
  expect(refused.status).toBe(400);
  const { errors } = await bodyOf(refused);
  expect(errors.map(({ field }: { field: string }) => field)).toEqual(
    expect.arrayContaining(fields),
  );
});

test('of alternatives, the fields of the one that fits best are named', async () => {
  const body = { action: { kind: 'disable' }, selection: { filter: { status: 'gone' } } };
  const refused = await world.withKey(acme.apiKey, '/members/bulk', initOf('POST', body));
  const { errors } = await bodyOf(refused);
  expect(errors).toMatchObject([{ field: 'selection.filter.status' }]);
});

test('a body that is not UTF-8 is refused, not mended', async () => {
  const body = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xe9]), Buffer.from('"}')]);
  const init = { ...initOf('PATCH', {}), body };
  const refused = await world.withKey(acme.apiKey, '/organization', init);
  expect(refused.status).toBe(400);
  expect(await bodyOf(refused)).toMatchObject({ type: '/problems/bad-request' });
});
