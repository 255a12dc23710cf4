import { afterAll, beforeAll, expect, test } from 'vitest';
import { openScimApi, type ScimApi } from '../../test/support/scim-api.ts';
import { patchOf } from '../../test/support/scim-client.ts';
import { createDepartment, createRole, departmentTree, listRoles } from '../directory/index.ts';
import { rosterUserUrn } from './schemas.ts';

// Departments, roles and status of a user, as Roster's extension carries them.

let api: ScimApi;
let scim: ScimApi['scim'];
const ids: Record<string, string> = {};
beforeAll(async () => {
  api = await openScimApi();
  scim = api.scim;
  const session = api.world.session();
  const [root] = await departmentTree(session);
  ids.Acme = root?.id ?? '';
  for (const [name, parent] of [
    ['North', 'Acme'],
    ['South', 'Acme'],
    ['Sales', 'North'],
  ] as const) {
    ids[name] = (await createDepartment(session, { name, parentId: ids[parent] ?? '' })).id;
  }
  ids.SouthSales = (
    await createDepartment(session, { name: 'Sales', parentId: ids.South ?? '' })
  ).id;
  for (const { name, id } of await listRoles(session)) ids[name] = id;
  ids.Desk = (await createRole(session, { name: 'Desk', permissions: ['members:read'] })).id;
});
afterAll(() => api.close());

let names = 0;
const make = async (extension?: Record<string, unknown>) => {
  const { status, body } = await scim('POST', '/Users', {
    userName: `person${++names}`,
    ...(extension === undefined ? {} : { [rosterUserUrn]: extension }),
  });
  return { status, body, path: `/Users/${body.id}` };
};
const patch = (path: string, ...operations: unknown[]) =>
  scim('PATCH', path, patchOf(...operations));
const departmentsOf = (body: Record<string, { departments: { display: string }[] }>) =>
  body[rosterUserUrn]?.departments.map(({ display }) => display);
const rolesOf = (body: Record<string, { roles: { display: string }[] }>) =>
  body[rosterUserUrn]?.roles.map(({ display }) => display);

test('a user without it is in the root and a member', async () => {
  const { body } = await make();
  expect(body[rosterUserUrn]).toEqual({
    status: 'enabled',
    departments: [
      {
        value: ids.Acme,
        display: 'Acme',
        primary: true,
        $ref: `http://roster.example/scim/v2/Departments/${ids.Acme}`,
      },
    ],
    roles: [
      {
        value: ids.Member,
        display: 'Member',
        $ref: `http://roster.example/scim/v2/Roles/${ids.Member}`,
      },
    ],
  });
});

test('departments are given by id, by name and by path', async () => {
  const { body } = await make({
    departments: [
      { display: 'north' },
      { value: ids.South },
      { display: 'Acme/South/Sales', primary: true },
    ],
    roles: [{ display: 'DESK' }],
    status: 'pending',
  });
  expect(body[rosterUserUrn].departments.map((each: { value: string }) => each.value)).toEqual([
    ids.SouthSales,
    ids.North,
    ids.South,
  ]);
  expect(rolesOf(body)).toEqual(['Desk']);
  expect(body[rosterUserUrn].status).toBe('enabled');
  expect(
    (await make({ departments: [{ display: 'South/Sales' }] })).body[rosterUserUrn].departments[0]
      .value,
  ).toBe(ids.SouthSales);
});

test.each<[Record<string, unknown>, number, string]>([
  [{ departments: [{ display: 'Sales' }] }, 400, 'several are called Sales'],
  [{ departments: [{ display: 'Nowhere' }] }, 400, 'departments: There is no department Nowhere'],
  [{ departments: [{ value: crypto.randomUUID() }] }, 400, 'departments'],
  [{ roles: [{ display: 'Nobody' }] }, 400, 'roles: There is no role Nobody'],
  [{ roles: [{ display: 'Administrator' }] }, 403, 'roles'],
  [{ roles: [{ display: 'Auditor' }] }, 403, 'roles'],
])('refused: %j', async (extension, status, detail) => {
  const made = await make(extension);
  expect([made.status, made.body.detail]).toEqual([status, expect.stringContaining(detail)]);
  const { path } = await make();
  const patched = await patch(path, { op: 'add', value: { [rosterUserUrn]: extension } });
  expect([patched.status, patched.body.detail]).toEqual([status, expect.stringContaining(detail)]);
});

test('PATCH adds, takes and makes another primary', async () => {
  const { path } = await make({ departments: [{ value: ids.North }] });
  const at = `${rosterUserUrn}:departments`;
  const added = await patch(path, { op: 'add', path: at, value: [{ value: ids.South }] });
  expect(departmentsOf(added.body)).toEqual(['North', 'South']);
  const primary = await patch(path, {
    op: 'replace',
    path: `${at}[value eq "${ids.South}"].primary`,
    value: true,
  });
  expect(departmentsOf(primary.body)).toEqual(['South', 'North']);
  expect(primary.body[rosterUserUrn].departments).toMatchObject([
    { primary: true },
    { primary: false },
  ]);
  const taken = await patch(path, { op: 'remove', path: `${at}[value eq "${ids.South}"]` });
  expect(departmentsOf(taken.body)).toEqual(['North']);
  const same = await patch(path, { op: 'replace', path: at, value: [{ display: 'North' }] });
  expect(same.body.meta.version).toBe(taken.body.meta.version);
  const none = await patch(path, { op: 'remove', path: at });
  expect(departmentsOf(none.body)).toEqual(['Acme']);
  const role = await patch(path, {
    op: 'add',
    path: `${rosterUserUrn}:roles`,
    value: [{ value: ids.Desk }],
  });
  expect(rolesOf(role.body)).toEqual(['Desk', 'Member']);
  expect(
    rolesOf((await patch(path, { op: 'remove', path: `${rosterUserUrn}:roles` })).body),
  ).toEqual(['Member']);
  expect(
    (await patch(path, { op: 'replace', path: `${rosterUserUrn}:status`, value: 'disabled' })).body
      .scimType,
  ).toBe('mutability');
});

test('PUT without the extension leaves the places, and an echo changes nothing', async () => {
  const { path } = await make({
    departments: [{ value: ids.North }],
    roles: [{ value: ids.Desk }],
  });
  const { body: before } = await scim('GET', path);
  const put = await scim('PUT', path, { userName: before.userName, title: 'Boss' });
  expect(departmentsOf(put.body)).toEqual(['North']);
  expect(rolesOf(put.body)).toEqual(['Desk']);
  const echo = await scim('PUT', path, put.body);
  expect(echo.body.meta).toEqual(put.body.meta);
});

test('it is filtered by', async () => {
  const { path, body } = await make({
    departments: [{ value: ids.SouthSales }],
    roles: [{ value: ids.Desk }],
  });
  await patch(path, { op: 'replace', path: 'active', value: false });
  for (const filter of [
    `${rosterUserUrn}:departments.value eq "${ids.SouthSales}" and ${rosterUserUrn}:status eq "disabled"`,
    `${rosterUserUrn}:departments[display eq "sales" and primary eq true] and status eq "disabled"`,
    `${rosterUserUrn}:roles.display eq "desk" and ${rosterUserUrn}:status ne "enabled"`,
  ]) {
    const found = await scim('GET', `/Users?filter=${encodeURIComponent(filter)}`);
    expect(found.body.Resources.map(({ id }: { id: string }) => id)).toEqual([body.id]);
  }
});

test('the last administrator keeps the role, and so does the initial one', async () => {
  const { body } = await scim('GET', `/Users?filter=${encodeURIComponent('userName eq "admin"')}`);
  const path = `/Users/${body.Resources[0].id}`;
  const roles = { op: 'replace', path: `${rosterUserUrn}:roles`, value: [{ value: ids.Member }] };
  expect((await patch(path, roles)).status).toBe(409);
  expect((await patch(path, { op: 'replace', path: 'active', value: false })).status).toBe(409);
  // What an administrator holds is no reason to refuse what has nothing to do with it.
  expect((await patch(path, { op: 'replace', path: 'title', value: 'Boss' })).status).toBe(200);
});
