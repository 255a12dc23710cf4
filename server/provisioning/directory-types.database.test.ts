import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openScimApi, type ScimApi } from '../../test/support/scim-api.ts';
import { patchOf } from '../../test/support/scim-client.ts';
import { departmentTree } from '../directory/index.ts';

// Departments and roles as resource types, by the directory's own rules.

let api: ScimApi;
let scim: ScimApi['scim'];
beforeAll(async () => {
  api = await openScimApi();
  scim = api.scim;
});
afterAll(() => api.close());

const listed = async (path: string) =>
  (await scim('GET', path)).body.Resources.map((one: { displayName: string }) => one.displayName);
const find = (type: string, filter: string) =>
  listed(`${type}?filter=${encodeURIComponent(filter)}`);

describe('departments', () => {
  let root: string;
  const make = async (displayName: string, parent?: string, more = {}) => {
    const answer = await scim('POST', '/Departments', {
      displayName,
      ...(parent === undefined ? {} : { parent: { value: parent } }),
      ...more,
    });
    expect(answer.status).toBe(201);
    return answer.body;
  };
  const replace = (id: string, path: string, value: unknown) =>
    scim('PATCH', `/Departments/${id}`, patchOf({ op: 'replace', path, value }));

  test('are made below the root, and below each other', async () => {
    const all = await scim('GET', '/Departments');
    expect(all.body.Resources).toMatchObject([{ displayName: 'Acme', path: 'Acme', position: 0 }]);
    root = all.body.Resources[0].id;
    const research = await make('R&D', undefined, { externalId: 'x-rd' });
    expect(research).toMatchObject({
      schemas: ['urn:ietf:params:scim:schemas:roster:2.0:Department'],
      externalId: 'x-rd',
      path: 'Acme/R&D',
      parent: {
        value: root,
        display: 'Acme',
        $ref: `http://roster.example/scim/v2/Departments/${root}`,
      },
      meta: { resourceType: 'Department', version: 'W/"1"' },
    });
    const platform = await make('Platform', research.id);
    expect(platform.path).toBe('Acme/R&D/Platform');
    await make('Sales', root, { position: 0 });
    const tree = await departmentTree(api.world.session());
    expect(tree.map(({ name }) => name)).toEqual(['Acme', 'Sales', 'R&D', 'Platform']);
  });

  test('are filtered, sorted and paged', async () => {
    expect(await find('/Departments', 'path eq "acme/r&d/platform"')).toEqual(['Platform']);
    expect(await find('/Departments', 'path sw "Acme/R"')).toEqual(['R&D', 'Platform']);
    expect(await find('/Departments', `parent.value eq "${root}"`)).toEqual(['R&D', 'Sales']);
    expect(await find('/Departments', 'parent.display eq "r&d"')).toEqual(['Platform']);
    expect(await find('/Departments', 'not (parent pr)')).toEqual(['Acme']);
    expect(await find('/Departments', 'externalId eq "x-rd" and position gt 0')).toEqual(['R&D']);
    expect(await listed('/Departments?sortBy=displayName&startIndex=2&count=2')).toEqual([
      'Platform',
      'R&D',
    ]);
    expect(await listed('/Departments?sortBy=path&sortOrder=descending&cursor=')).toEqual([
      'Sales',
      'Platform',
      'R&D',
      'Acme',
    ]);
  });

  test('are renamed, moved and reordered by PATCH and PUT', async () => {
    const {
      body: {
        Resources: [research],
      },
    } = await scim('GET', '/Departments?filter=externalId%20eq%20%22x-rd%22');
    const lab = await make('Lab', research.id);
    const moved = await replace(lab.id, 'parent.value', root);
    expect(moved.body).toMatchObject({ path: 'Acme/Lab', parent: { value: root } });
    expect((await replace(lab.id, 'position', 0)).body).toMatchObject({ position: 0 });
    const put = await scim('PUT', `/Departments/${lab.id}`, { displayName: 'Workshop' });
    expect(put.body).toMatchObject({ displayName: 'Workshop', path: 'Acme/Workshop', position: 0 });
    const same = await scim('PUT', `/Departments/${lab.id}`, put.body);
    expect(same.body.meta).toEqual(put.body.meta);
    const stale = patchOf({ op: 'replace', path: 'displayName', value: 'Old' });
    const headers = { 'If-Match': 'W/"1"' };
    expect((await scim('PATCH', `/Departments/${lab.id}`, stale, { headers })).status).toBe(412);
    expect((await replace(research.id, 'parent.value', lab.id)).status).toBe(200);
    // A department cannot stand below itself.
    expect((await replace(lab.id, 'parent.value', research.id)).body).toMatchObject({
      status: '400',
      scimType: 'invalidValue',
      detail: expect.stringContaining('parent'),
    });
    const removed = await scim(
      'PATCH',
      `/Departments/${lab.id}`,
      patchOf({ op: 'remove', path: 'parent' }),
    );
    expect(removed.body).toMatchObject({
      status: '400',
      detail: expect.stringContaining('parent'),
    });
  });

  test('keep to the rules of the tree', async () => {
    expect((await scim('POST', '/Departments', { displayName: 'SALES' })).body).toMatchObject({
      status: '409',
      scimType: 'uniqueness',
    });
    const nowhere = { displayName: 'x', parent: { value: crypto.randomUUID() } };
    expect((await scim('POST', '/Departments', nowhere)).body).toMatchObject({
      status: '400',
      detail: expect.stringContaining('parent'),
    });
    expect((await replace(root, 'displayName', 'Other')).status).toBe(403);
    expect((await replace(root, 'position', 1)).status).toBe(409);
    expect((await scim('DELETE', `/Departments/${root}`)).status).toBe(409);
    const full = await make('Full');
    await make('Below', full.id);
    await scim('POST', '/Users', {
      userName: 'inside',
      'urn:ietf:params:scim:schemas:extension:roster:2.0:User': {
        departments: [{ value: full.id }],
      },
    });
    expect((await scim('DELETE', `/Departments/${full.id}`)).body).toMatchObject({
      status: '409',
      detail: 'Full has 1 member and 1 sub-department.',
    });
    const empty = await make('Empty');
    const headers = { 'If-Match': 'W/"7"' };
    const path = `/Departments/${empty.id}`;
    expect((await scim('DELETE', path, undefined, { headers })).status).toBe(412);
    expect((await scim('DELETE', path)).status).toBe(204);
    expect((await scim('GET', path)).status).toBe(404);
  });

  test('two writers at once lose nothing', async () => {
    const { id } = await make('Busy');
    const answers = await Promise.all(
      ['externalId', 'displayName', 'position'].map((path) =>
        replace(id, path, path === 'position' ? 0 : `Busy ${path}`),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await scim('GET', `/Departments/${id}`)).body).toMatchObject({
      displayName: 'Busy displayName',
      externalId: 'Busy externalId',
      position: 0,
    });
  });
});

describe('roles', () => {
  test('built-in ones stay as they are', async () => {
    const { body } = await scim('GET', '/Roles?filter=builtIn%20eq%20true&sortBy=displayName');
    expect(body.Resources.map((role: { displayName: string }) => role.displayName)).toEqual([
      'Administrator',
      'Auditor',
      'Member',
    ]);
    const path = `/Roles/${body.Resources[2].id}`;
    const renamed = patchOf({ op: 'replace', path: 'displayName', value: 'x' });
    expect((await scim('PATCH', path, renamed)).status).toBe(409);
    expect((await scim('PUT', path, body.Resources[2])).status).toBe(200);
    expect((await scim('DELETE', path)).status).toBe(409);
  });

  test('are made and changed within what the connection holds', async () => {
    const made = await scim('POST', '/Roles', {
      displayName: 'Desk',
      permissions: ['members:read', 'groups:read'],
    });
    expect(made.body).toMatchObject({
      displayName: 'Desk',
      permissions: ['members:read', 'groups:read'],
      builtIn: false,
      meta: { resourceType: 'Role', version: 'W/"1"' },
    });
    const path = `/Roles/${made.body.id}`;
    const added = await scim(
      'PATCH',
      path,
      patchOf({ op: 'add', path: 'permissions', value: ['groups:write'] }),
    );
    expect(added.body.permissions).toEqual(['members:read', 'groups:read', 'groups:write']);
    expect(await find('/Roles', 'permissions eq "groups:write" and builtIn eq false')).toEqual([
      'Desk',
    ]);
    expect(await find('/Roles', 'displayName eq "dESK"')).toEqual(['Desk']);
    for (const [permission, status] of [
      ['tokens:write', 403],
      ['everything', 400],
    ] as const) {
      const more = patchOf({ op: 'add', path: 'permissions', value: [permission] });
      expect((await scim('PATCH', path, more)).status).toBe(status);
      const role = { displayName: 'Other', permissions: [permission] };
      expect((await scim('POST', '/Roles', role)).status).toBe(status);
    }
    expect((await scim('POST', '/Roles', { displayName: 'DESK' })).body.scimType).toBe(
      'uniqueness',
    );
    await scim('POST', '/Users', {
      userName: 'holder',
      'urn:ietf:params:scim:schemas:extension:roster:2.0:User': { roles: [{ display: 'desk' }] },
    });
    expect((await scim('DELETE', path)).body).toMatchObject({
      status: '409',
      detail: expect.stringContaining('1 member'),
    });
    const none = await scim('PATCH', path, patchOf({ op: 'remove', path: 'permissions' }));
    expect(none.body.permissions).toBeUndefined();
  });
});

test('/Me is nobody: a token stands for no person', async () => {
  for (const method of ['GET', 'DELETE']) {
    const { status, body } = await scim(method, '/Me');
    expect([status, body.status]).toEqual([501, '501']);
  }
});
