import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, initOf, openAdminApi, textOf } from '../support/admin-api.ts';
import {
  type FurnishedOrganization,
  furnish,
  furniture,
} from '../support/furnished-organization.ts';
import { guardedRoutes } from '../support/guarded-routes.ts';
import {
  identifierPlaces,
  type Operation,
  operationsOfAdminApi,
  type Place,
  smallestWith,
} from '../support/openapi-document.ts';
import { rowsOf } from '../support/organization-rows.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await openAdminApi();
});
afterAll(() => world.close());

const operations = operationsOfAdminApi();
// The operator's own; a session cookie is not asked there.
const ofTheOperator = ['/organizations'];

/** Where an identifier can stand in a request. */
interface Slot {
  operation: Operation;
  in: 'path' | 'query' | 'body';
  at: Place;
}

const slots: Slot[] = operations.flatMap((operation): Slot[] => [
  ...operation.parameters
    .filter(({ schema }) => schema.format === 'uuid')
    .map((parameter) => ({
      operation,
      in: parameter.in as 'path' | 'query',
      at: [parameter.name],
    })),
  ...identifierPlaces(operation.body).map((at) => ({ operation, in: 'body' as const, at })),
]);

// What a property that holds an identifier names: the table of it.
const tables: Record<string, string> = {
  parentId: 'department',
  besideId: 'department',
  to: 'department',
  department: 'department',
  departments: 'department',
  role: 'role',
  roles: 'role',
  heir: 'member',
  ids: 'member',
  except: 'member',
  memberId: 'member',
  defaultHeir: 'member',
  actor: 'member',
  subjectId: 'member',
};

/** What narrows a request whose other parts would be meant for everybody. */
function narrowed(body: unknown): unknown {
  const { selection } = (body ?? {}) as { selection?: { filter?: object } };
  if (selection?.filter !== undefined) selection.filter = { search: 'nobody', ...selection.filter };
  return body;
}

test('the walk knows what every identifier in a body or a query names', () => {
  for (const { operation, in: part, at } of slots) {
    if (part === 'path') continue;
    const name = at.findLast((step) => typeof step === 'string');
    expect(Object.keys(tables), `${operation.name} ${at.join('.')}`).toContain(name);
  }
  // A parameter of a path that is no identifier would not be walked.
  for (const { name, path, parameters } of operations) {
    const walked = parameters.filter(({ in: part, schema }) => part === 'path' && schema.format);
    expect(walked, name).toHaveLength(path.split('{').length - 1);
  }
});

/** Asks as the administrator's browser does. */
async function ask(
  caller: FurnishedOrganization,
  operation: Pick<Operation, 'method' | 'path'>,
  body?: unknown,
) {
  const init = initOf(operation.method, body);
  const answer = await world.api.request(operation.path, {
    ...init,
    headers: {
      ...init.headers,
      cookie: `roster_session=${caller.cookie}`,
      'x-requested-with': 'roster',
    },
  });
  return { status: answer.status, text: await textOf(answer) };
}

async function idsOf({ organization }: FurnishedOrganization): Promise<Record<string, string[]>> {
  const rows = await rowsOf(world.world.database.entityManager(), organization.id);
  return Object.fromEntries(
    Object.entries(rows).map(([table, found]) => [
      table,
      found.map(({ id }) => id).filter((id) => typeof id === 'string' && id.length === 36),
    ]),
  ) as Record<string, string[]>;
}

/** A request that is right but for one identifier. */
async function requestFor(slot: Slot, caller: FurnishedOrganization) {
  const { operation } = slot;
  const route = guardedRoutes.find(
    ({ method, path }) => `${method} ${path.split('?')[0]}` === operation.name,
  );
  const made = await route?.make?.(caller.session());
  const own = await idsOf(caller);
  const fill = (name: string) =>
    name === 'password' ? 'correct horse battery' : own[tables[name] ?? '']?.[0];
  return (id: string) => {
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name) =>
      slot.in === 'path' && name === slot.at[0] ? id : (made?.[name as 'id'] ?? ''),
    );
    // Else the path would lead nowhere, and every identifier in it, too.
    expect(path, operation.name).not.toContain('//');
    expect(path, operation.name).not.toMatch(/\/$/);
    const query = slot.in === 'query' ? `?${slot.at[0]}=${id}` : '';
    const body =
      slot.in === 'body' && operation.body !== undefined
        ? narrowed(smallestWith(operation.body, slot.at, id, fill))
        : (made?.body ?? route?.body);
    return { method: operation.method, path: path + query, body };
  };
}

test('no identifier of one organization means anything to another, wherever it stands', async () => {
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(furniture, furniture, async (ours, theirs) => {
      const acme = await furnish(world.world.directory, ours);
      const bolt = await furnish(world.world.directory, theirs);
      const em = world.world.database.entityManager();
      const foreign = await idsOf(bolt);
      const boltBefore = await rowsOf(em, bolt.organization.id);
      for (const slot of slots) {
        const where = `${slot.operation.name} ${slot.in} ${slot.at.join('.')}`;
        const request = await requestFor(slot, acme);
        const acmeBefore = await rowsOf(em, acme.organization.id);
        const answerTo = async (id: string) => {
          const { body, ...operation } = request(id);
          const { status, text } = await ask(acme, operation, body);
          asked++;
          return { status, text: text.replaceAll(id, 'the identifier') };
        };
        const unknown = await answerTo(crypto.randomUUID());
        expect(unknown.status, `${where}: ${unknown.text}`).toBeLessThan(500);
        if (slot.in === 'path') expect(unknown.status, where).toBe(404);
        // A refusal that is about something else would prove nothing.
        if (slot.in === 'body' && unknown.status !== 200) {
          expect(unknown.text, where).toMatch(/there is no|is not a member|not an enabled member/i);
        }
        const named = tables[String(slot.at.findLast((step) => step !== 0))];
        for (const [table, ids] of Object.entries(foreign)) {
          const some = ids.slice(0, table === named ? 4 : 1);
          for (const id of some) expect(await answerTo(id), where).toEqual(unknown);
        }
        expect(await rowsOf(em, acme.organization.id), where).toEqual(acmeBefore);
        expect(await rowsOf(em, bolt.organization.id), where).toEqual(boltBefore);
      }
    }),
    { numRuns: 2, seed: 20_261_124, endOnFailure: true },
  );
  expect(world.failures).toEqual([]);
  expect(asked).toBeGreaterThan(1_000);
}, 300_000);

test('no answer tells anything of another organization', async () => {
  const [ours, theirs] = fc.sample(furniture, { numRuns: 2, seed: 4 });
  if (ours === undefined || theirs === undefined) throw new Error('No furniture.');
  const acme = await furnish(world.world.directory, ours);
  const bolt = await furnish(world.world.directory, theirs);
  const secrets = [bolt.mark, bolt.organization.id, ...Object.values(await idsOf(bolt)).flat()];
  const own = await idsOf(acme);
  for (const operation of operations) {
    if (operation.method !== 'GET' || ofTheOperator.includes(operation.path)) continue;
    const table = operation.path.split('/')[1]?.replace(/s$/, '').replaceAll('-', '_') ?? '';
    const path = operation.path.replace('{id}', own[table]?.[0] ?? '');
    const needed = operation.parameters
      .filter(({ in: part, required }) => part === 'query' && required)
      .map(({ name }) => `${name}=user0.${bolt.mark}`);
    const answer = await ask(acme, { ...operation, path: `${path}?${needed.join('&')}` });
    expect(answer.status, `${operation.name} ${answer.text}`).toBe(200);
    for (const secret of secrets) expect(answer.text, operation.name).not.toContain(secret);
  }
});

test('a cursor of another organization shows only what is ours', async () => {
  const [ours, theirs] = fc.sample(furniture, { numRuns: 2, seed: 5 });
  if (ours === undefined || theirs === undefined) throw new Error('No furniture.');
  const acme = await furnish(world.world.directory, ours);
  const bolt = await furnish(world.world.directory, theirs);
  const paged = operations.filter(({ parameters }) =>
    parameters.some(({ name }) => name === 'cursor'),
  );
  expect(paged.length).toBeGreaterThan(0);
  // Of whom there is more than one page: who was made and then disabled.
  const subjectOf = async (path: string, { organization }: FurnishedOrganization) => {
    const { member, webhook } = await rowsOf(world.world.database.entityManager(), organization.id);
    const disabled = member?.find(({ status }) => status === 'disabled');
    return String((path.startsWith('/webhooks/') ? webhook?.[0] : disabled)?.id);
  };
  for (const { method, path: template } of paged) {
    const theirPath = template.replace('{id}', await subjectOf(template, bolt));
    const path = template.replace('{id}', await subjectOf(template, acme));
    const first = JSON.parse((await ask(bolt, { method, path: `${theirPath}?limit=1` })).text);
    expect(first.nextCursor, path).toEqual(expect.any(String));
    const cursor = encodeURIComponent(first.nextCursor);
    const answer = await ask(acme, { method, path: `${path}?limit=100&cursor=${cursor}` });
    expect([200, 400]).toContain(answer.status);
    expect(answer.text).not.toContain(bolt.mark);
  }
});
